# shellcheck shell=bash
# What the benchmarks' scripts share. They run in the caller's directory, so that a file he names is his.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$ROOT/scripts/lib/venv.sh"

ensure_venv dev
export PYTHONPATH=$BACKEND
BENCH=("$VENV/bin/python" -P -W ignore -m)

# bench MODULE ARGUMENT …: in this process, no server.
bench() {
    export DJANGO_SETTINGS_MODULE=config.settings.test ENV_FILE=/dev/null
    exec "${BENCH[@]}" "benchmarks.$1" "${@:2}"
}

# bench_with_services MODULE ARGUMENT …: with a PostgreSQL and a Redis of its own, whatever the caller has set.
bench_with_services() {
    unset DATABASE_URL REDIS_URL
    with_services bench -- env DJANGO_SETTINGS_MODULE=config.settings.local LOG_LEVEL=WARNING \
        "${BENCH[@]}" "benchmarks.$1" "${@:2}"
}
