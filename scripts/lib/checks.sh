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

if [ $# = 0 ]; then
    # Beside the static checks, which use one core.
    log=$(mktemp)
    other_shops >"$log" 2>&1 &
    shops=$!
    check ruff check --config pyproject.toml . ../scripts ../examples
    check ruff format --check --config pyproject.toml . ../scripts ../examples
    check lint-imports
    check mypy . ../scripts/lib
    check python manage.py makemigrations --check --dry-run
    check python manage.py check
    wait "$shops" && shops_code=0 || shops_code=$?
    cat "$log"
    rm -f "$log"
    [ "$shops_code" = 0 ]
    # One more than there are cores: browsers, workers and servers are waited for.
    check pytest -n $(($(nproc) + 1)) --maxprocesses 6 --durations 10
else
    echo "arguments given: only pytest, no static checks"
    case " $* " in # projects of their own
    *second_host*) set -- -c second_host/pytest.ini "$@" ;;
    *examples/oscar*) set -- -c ../examples/oscar/pytest.ini --rootdir ../examples/oscar "$@" ;;
    esac
    check pytest "$@"
fi
