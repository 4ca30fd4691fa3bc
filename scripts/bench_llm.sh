#!/usr/bin/env bash
# Measure the language model's door and the money with a real worker, on a PostgreSQL, a Redis and a model server
# of the benchmark's own. Nothing is paid: the model server is the tests'.
#
#   scripts/bench_llm.sh [faults|rate-limit|quota|budget|prefix|bad-hour|all] [--products N] [--concurrency N]
#                        [--json FILE] [--costs] [--speed X]
#
#   --speed X    bad-hour: its 8 minutes of trouble, and every pause, X times faster
#   --costs      print what `manage.py ai_costs` says after each scenario
#
# Exit code: 0 when every bound holds, 1 when one is broken.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"
. "$ROOT/scripts/lib/services.sh"

started=$(now_ms)
state='' bench=''

finish() {
    local code=$?
    trap - EXIT INT TERM
    if [ -n "$bench" ]; then stop_pid "$bench" 30; fi
    if [ -n "$state" ]; then services_remove "$state"; fi
    say "$(elapsed "$started") in all"
    exit "$code"
}

remove_leftovers() { # of runs that were killed
    local old
    for old in "$LOCAL"/bench/run.*; do
        [ -d "$old" ] || continue
        alive "$(cat "$old/owner" 2>/dev/null)" || services_remove "$old" 2>/dev/null || true
    done
}

# The benchmark says itself what it needs: nothing that the caller has set may change it.
forget_settings() {
    local name
    while read -r name; do
        unset "$name"
    done < <(sed -n 's/^#\{0,1\}\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$ROOT/.env.example")
}

arguments=("$@")
for ((i = 0; i < $#; i++)); do # a relative file is the caller's
    if [ "${arguments[i]}" = --json ] && [ $((i + 1)) -lt $# ]; then
        case ${arguments[i + 1]} in /*) ;; *) arguments[i + 1]=$PWD/${arguments[i + 1]} ;; esac
    fi
done

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
ensure_venv dev
forget_settings
mkdir -p "$LOCAL/bench"
remove_leftovers
state=$(mktemp -d "$LOCAL/bench/run.XXXXXX")
chmod 755 "$state" # the user PostgreSQL runs as must pass
echo $$ >"$state/owner"
services_start "$state"
say "Python $("$VENV/bin/python" -Ic 'import platform; print(platform.python_version())'), $PG_WHAT, $REDIS_WHAT"

export DJANGO_SETTINGS_MODULE=config.settings.local ENV_FILE=/dev/null LOCAL_STATE_DIR=$state/app LOG_LEVEL=WARNING
cd "$BACKEND"
"$VENV/bin/python" -W ignore -m benchmarks.llm_bench "${arguments[@]}" &
bench=$!
code=0
wait "$bench" || code=$?
bench=''
exit "$code"
