#!/usr/bin/env bash
# From an empty machine to finished cards: sets up, imports the sample feeds, processes them with a real worker,
# prints a table of the results and serves the admin.
#
#   scripts/demo.sh [--no-serve] [--json FILE] [--port N] [--keep] [--use-env]
#
#   --no-serve   end after the table
#   --json FILE  write the results there too
#   --port N     of the admin (default 8000; the next free one when it is taken)
#   --keep       go on with the state of the last demo instead of a fresh one
#   --use-env    use the servers and keys that the environment (or .env) names, not only the embedded engines
#
# All state lies in .local/demo. Exit code: 0 when every product was processed and none failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

demo=$ROOT/scripts/lib/demo.py
if python=$(find_python); then # bad arguments end here, before anything is set up
    "$python" "$demo" --only-check-arguments "$@"
fi
ensure_venv base
exec "$VENV/bin/python" "$demo" "$@"
