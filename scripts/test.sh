#!/usr/bin/env bash
# Set everything up and run all checks and tests on a real PostgreSQL and Redis.
#
#   scripts/test.sh [PYTEST ARGUMENT …]     with arguments the static checks are skipped
#
# DATABASE_URL and REDIS_URL, when set, name servers to use; otherwise private ones are started on free ports and
# thrown away at the end (KEEP_SERVICES=1: they stay for the next run, `scripts/services.sh stop test` ends them).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"
. "$ROOT/scripts/lib/services.sh"

started=$(now_ms)
state=

remove_leftovers() { # of runs that were killed
    local old
    for old in "$LOCAL"/test/run.*; do
        [ -d "$old" ] || continue
        alive "$(cat "$old/owner" 2>/dev/null)" || services_remove "$old" 2>/dev/null || true
    done
}

choose_state() {
    mkdir -p "$LOCAL/test"
    if [ "${KEEP_SERVICES:-}" = 1 ]; then
        state=$LOCAL/test/services
    else
        remove_leftovers
        state=$(mktemp -d "$LOCAL/test/run.XXXXXX")
        chmod 755 "$state" # the user PostgreSQL runs as must pass
        echo $$ >"$state/owner"
    fi
}

finish() {
    local code=$?
    trap - EXIT
    if [ -n "$state" ] && [ "${KEEP_SERVICES:-}" != 1 ]; then services_remove "$state"; fi
    if [ "$code" = 0 ]; then
        printf '\nall good, %s\n' "$(elapsed "$started")"
    else
        printf '\nFAILED (exit code %s), %s\n' "$code" "$(elapsed "$started")"
    fi
    exit "$code"
}

# The tests say themselves what they need: nothing that the caller has set may change them.
forget_settings() {
    local name
    while read -r name; do
        case $name in DATABASE_URL | REDIS_URL) ;; *) unset "$name" ;; esac
    done < <(sed -n 's/^#\{0,1\}\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$ROOT/.env.example")
}

check() {
    heading "$*"
    PATH=$VENV/bin:$PATH "$@"
}

static_checks() {
    local linted=(. ../scripts)
    check ruff check --config pyproject.toml "${linted[@]}"
    check ruff format --check --config pyproject.toml "${linted[@]}"
    check lint-imports
    check mypy . ../scripts/lib
    check python manage.py makemigrations --check --dry-run
    check python manage.py check
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ensure_venv dev
forget_settings
choose_state
services_start "$state"
say "Python $("$VENV/bin/python" -Ic 'import platform; print(platform.python_version())'), $PG_WHAT, $REDIS_WHAT"

export DJANGO_SETTINGS_MODULE=config.settings.test
export ENV_FILE=/dev/null
export LOCAL_STATE_DIR=$state/app
cd "$BACKEND"
if [ $# = 0 ]; then
    static_checks
else
    say "arguments given: only pytest, no static checks"
fi
case ${1:-} in
second_host*) check pytest -c second_host/pytest.ini "$@" ;; # a project of its own, see there
*) check pytest "$@" ;;
esac
if [ $# = 0 ]; then check pytest -c second_host/pytest.ini second_host; fi
