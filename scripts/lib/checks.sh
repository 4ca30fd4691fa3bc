#!/usr/bin/env bash
# The checks and tests of scripts/test.sh, which has prepared everything: servers, environment, working directory.
set -euo pipefail
export PATH="${BASH_SOURCE[0]%/scripts/*}/.venv/bin:$PATH" DJANGO_SETTINGS_MODULE=config.settings.test

check() {
    printf '\n== %s\n' "$*"
    "$@"
}

# Two shops of other shapes, each a project of its own, and this one without its offline engine: there the tests are
# imported only. `scripts/check_without_offline` runs them, too.
other_shops() {
    check pytest -c second_host/pytest.ini second_host
    check pytest -c ../examples/oscar/pytest.ini --rootdir ../examples/oscar ../examples/oscar
    check ../scripts/check_without_offline --collect-only -qqq apps/ai/tests | tail -n 8
}

types_and_migrations() {
    check mypy . ../scripts/lib
    check python manage.py makemigrations --check --dry-run
    check python manage.py check
}

# Compiles all modules and tests: the processes that follow would each do it for themselves.
collected() {
    local said
    said=$(pytest --collect-only -qqq) || {
        tail -n 50 <<<"$said"
        return 1
    }
}

# beside NAME FUNCTION: in the background, behind whatever else wants the cores; its output waits for `told NAME`.
beside() {
    nice -n 5 "${BASH_SOURCE[0]}" --part "$2" >"$logs/$1" 2>&1 &
    printf -v "$1" %s $!
}

# told NAME: prints what it said; false when it failed.
told() {
    local code=0
    wait "${!1}" || code=$?
    cat "$logs/$1"
    return "$code"
}

if [ "${1:-}" = --part ]; then
    "$2"
elif [ $# = 0 ]; then
    logs=$(mktemp -d)
    # Without a job `kill` fails, and its code would be that of the whole.
    trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$logs"' EXIT
    failed=0
    beside tests collected
    check ruff check --config pyproject.toml . ../scripts ../examples
    check ruff format --check --config pyproject.toml . ../scripts ../examples
    check lint-imports
    told tests
    # Beside the tests, which wait for browsers, workers and servers half of their time.
    beside types types_and_migrations
    beside shops other_shops
    # Two more than there are cores.
    check pytest -n $(($(nproc) + 2)) --maxprocesses 8 --durations 10 || failed=1
    told types || failed=1
    told shops || failed=1
    exit "$failed"
else
    echo "arguments given: only pytest, no static checks"
    case " $* " in # projects of their own
    *second_host*) set -- -c second_host/pytest.ini "$@" ;;
    *examples/oscar*) set -- -c ../examples/oscar/pytest.ini --rootdir ../examples/oscar "$@" ;;
    esac
    check pytest "$@"
fi
