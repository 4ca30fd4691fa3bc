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
. "$ROOT/scripts/lib/services.sh"

usage() {
    sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

print_env() {
    printf 'export DATABASE_URL=%q\nexport REDIS_URL=%q\n' "$DATABASE_URL" "$REDIS_URL"
}

[ $# -ge 1 ] && [ $# -le 2 ] || usage
name=${2:-dev}
[[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9_./-]*$ && $name != *..* ]] || usage
dir=$LOCAL/$name/services
unset DATABASE_URL REDIS_URL # this script is about the private ones

case $1 in
start)
    ensure_venv dev >&2
    services_start "$dir"
    say "# $PG_WHAT, $REDIS_WHAT" >&2
    print_env
    ;;
env)
    services_running "$dir" || die "not running; say: scripts/services.sh start${2:+ $2}"
    services_start "$dir"
    print_env
    ;;
status)
    services_running "$dir" || {
        say "not running"
        exit 3
    }
    services_start "$dir"
    say "running: $PG_WHAT on port $(<"$dir/pg.port"), $REDIS_WHAT on port $(<"$dir/redis.port")"
    ;;
stop)
    services_remove "$dir"
    say "stopped" >&2
    ;;
*) usage ;;
esac
