#!/usr/bin/env bash
# A developer's private PostgreSQL and Redis.
#
#   scripts/services.sh start          set up, start, print the two export lines
#   eval "$(scripts/services.sh env)"  the export lines of running servers
#   scripts/services.sh status|stop
#
# A second argument names another set than "dev" (state: .local/NAME/services). `stop` throws the data away.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

name=${2:-dev}
if [ $# -lt 1 ] || [ $# -gt 2 ] || [[ ! $1 =~ ^(start|env|status|stop)$ ]] ||
    [[ ! $name =~ ^[A-Za-z0-9_][A-Za-z0-9_./-]*$ || $name == *..* ]]; then
    usage 2 8
fi
unset DATABASE_URL REDIS_URL # this script is about the private ones
ensure_venv dev >&2
exec "$VENV/bin/python" "$ROOT/scripts/lib/services.py" "$1" "$LOCAL/$name/services"
