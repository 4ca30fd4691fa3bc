#!/usr/bin/env bash
# The checks and tests of scripts/test.sh, which has prepared everything: servers, environment, working directory.
set -euo pipefail
export PATH="${BASH_SOURCE[0]%/scripts/*}/.venv/bin:$PATH" DJANGO_SETTINGS_MODULE=config.settings.test

check() {
    printf '\n== %s\n' "$*"
    "$@"
}

if [ $# = 0 ]; then
    check ruff check --config pyproject.toml . ../scripts
    check ruff format --check --config pyproject.toml . ../scripts
    check lint-imports
    check mypy . ../scripts/lib
    check python manage.py makemigrations --check --dry-run
    check python manage.py check
    check pytest -n logical --maxprocesses 6 --durations 10
    check pytest -c second_host/pytest.ini second_host
else
    echo "arguments given: only pytest, no static checks"
    case " $* " in *second_host*) set -- -c second_host/pytest.ini "$@" ;; esac # a project of its own
    check pytest "$@"
fi
