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

STATE=$LOCAL/demo
SAMPLE=$ROOT/sample
WAIT_SECONDS=300

serve=yes json='' port=8000 keep=no use_env=no
worker='' beside=''
started=$(now_ms)

usage() {
    sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

read_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
        --no-serve) serve=no ;;
        --keep) keep=yes ;;
        --use-env) use_env=yes ;;
        --json | --port)
            [ $# -ge 2 ] || usage
            if [ "$1" = --json ]; then json=$2; else port=$2; fi
            shift
            ;;
        *) usage ;;
        esac
        shift
    done
    [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || die "--port $port is not a port number."
    ((port <= 65535)) || die "--port $port is not a port number."
    if [ -n "$json" ]; then
        case $json in /*) ;; *) json=$PWD/$json ;; esac
        if [ ! -d "$(dirname "$json")" ] || [ -d "$json" ]; then
            die "--json $json: no such directory, or a directory itself."
        fi
    fi
}

# One demo at a time: it owns .local/demo and the only Qdrant folder in it.
take_lock() {
    mkdir -p "$LOCAL"
    exec 9>"$LOCAL/demo.lock"
    flock -n 9 || die "another demo of this checkout is running; stop it first (Ctrl-C in its terminal)."
    stop_leftover worker.pid demo@
    stop_leftover beside.pid manage.py
}

# stop_leftover PIDFILE WORD: what a demo that was killed (-9) has left running; WORD stands in its command line.
stop_leftover() {
    local pid
    pid=$(cat "$STATE/$1" 2>/dev/null || true)
    if [ -n "$pid" ] && grep -aqs -- "$2" "/proc/$pid/cmdline"; then stop_group "$pid"; fi
}

# stop_group LEADER: TERM, after ten seconds KILL; what outlives its leader (beat) goes too.
stop_group() {
    kill -TERM -- "-$1" 2>/dev/null || return 0
    local tenths=100
    while alive "$1" && ((tenths-- > 0)); do sleep 0.1; done
    kill -KILL -- "-$1" 2>/dev/null || true
}

finish() {
    local code=$?
    trap - EXIT INT TERM
    local pid
    for pid in $beside $worker; do
        stop_group "$pid"
        wait "$pid" 2>/dev/null || true
    done
    if [ -n "$worker" ]; then rm -f "$STATE/worker.pid" "$STATE/beside.pid"; fi
    exit "$code"
}

free_port() {
    "$VENV/bin/python" -I - "$1" <<'PY'
import socket, sys
wanted = int(sys.argv[1])
for port in range(wanted, min(wanted + 100, 65536)):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break
PY
}

# The embedded engines, whatever the caller's environment or .env says: an empty value counts as set there.
use_embedded_engines() {
    export OPENAI_API_KEY='' OPENAI_BASE_URL='' REDIS_URL='' QDRANT_URL='' QDRANT_HOST='' QDRANT_API_KEY=''
    export R2_ENDPOINT_URL='' R2_ACCESS_KEY_ID='' R2_SECRET_ACCESS_KEY='' R2_BUCKET_NAME='' R2_PUBLIC_URL=''
    export AI_BUDGET_DAY_USD='' AI_BUDGET_MONTH_USD='' AI_BUDGET_RUN_USD=''
    export AI_AUTO_PROCESS=new_and_changed
    export AI_AUDIT_SHARE=0 # what is sure is applied: every demo shows the same
    # The sample's few hundred confirmed products are too few to measure a threshold.
    export AI_AUTO_APPLY_THRESHOLD=0.8
    export AI_ENGINE=offline CELERY_BROKER_URL=filesystem://localhost/ DATABASE_URL="sqlite:///$STATE/db.sqlite3"
}

prepare_environment() {
    [ "$use_env" = yes ] || use_embedded_engines
    export DJANGO_SETTINGS_MODULE=config.settings.local DJANGO_DEBUG=true LOCAL_STATE_DIR=$STATE
    export SITE_URL=http://127.0.0.1:$port
    export DJANGO_ALLOWED_HOSTS=127.0.0.1,localhost
    export PATH=$VENV/bin:$PATH
}

MANAGE=(env LOG_LEVEL=WARNING python "$BACKEND/manage.py")

# step TITLE COMMAND…
step() {
    local title=$1 start
    shift
    start=$(now_ms)
    say "-- $title"
    "$@" 9>&- 2>&1 | sed 's/^/   /' || die "\"$title\" failed; see the lines above."
    say "   $(elapsed "$start")"
}

create_admin() {
    if [ -s "$STATE/admin.password" ]; then
        say "kept from the last demo"
        return 0
    fi
    (umask 077 && python -Ic 'import secrets; print(secrets.token_urlsafe(12))' >"$STATE/admin.password")
    DJANGO_SUPERUSER_PASSWORD=$(<"$STATE/admin.password") \
        "${MANAGE[@]}" createsuperuser --noinput --username admin --email admin@example.com ||
        { rm -f "$STATE/admin.password"; return 1; }
}

start_worker() {
    say "-- worker (log: .local/demo/worker.log)"
    LOG_LEVEL=INFO setsid python -W ignore -m celery -A config worker -Q ai,celery -n demo@%h \
        --pool threads --concurrency 4 -B --loglevel INFO 9>&- </dev/null >"$STATE/worker.log" 2>&1 &
    worker=$!
    echo "$worker" >"$STATE/worker.pid"
    local tenths=600
    until grep -qs 'ready\.' "$STATE/worker.log"; do
        alive "$worker" || worker_died
        ((tenths-- > 0)) || die "the worker did not become ready within a minute; see .local/demo/worker.log."
        sleep 0.1
    done
}

worker_died() {
    say "   the end of .local/demo/worker.log:" >&2
    tail -n 20 "$STATE/worker.log" >&2
    die "the worker has died."
}

# beside_worker COMMAND…: runs it while the worker lives; its exit code.
beside_worker() {
    setsid "$@" 9>&- </dev/null &
    beside=$!
    echo "$beside" >"$STATE/beside.pid"
    while alive "$beside"; do
        alive "$worker" || worker_died
        sleep 0.2
    done
    local code=0
    wait "$beside" || code=$?
    beside=''
    return "$code"
}

run_suppliers() {
    local feed
    for feed in "$SAMPLE"/supplier/*.json; do
        "${MANAGE[@]}" run_parser supplier --file "$feed"
    done
}

report() {
    local file=${json:-$STATE/report.json} code=0 failed
    say "-- results"
    beside_worker "${MANAGE[@]}" ai_report --wait "$WAIT_SECONDS" --json "$file" || code=$?
    say "   $(elapsed "$start_processing") since the first import, $(elapsed "$started") in all"
    [ "$code" = 0 ] || die "not everything was processed (ai_report: exit code $code); see .local/demo/worker.log."
    failed=$(python -Ic 'import json, sys; print(json.load(open(sys.argv[1]))["totals"]["by_status"].get("failed", 0))' "$file")
    [ "$failed" = 0 ] || die "$failed products failed; see .local/demo/worker.log."
}

serve_admin() {
    cat <<TEXT

   admin     http://127.0.0.1:$port/admin/
   login     admin
   password  $(<"$STATE/admin.password")

   Ctrl-C stops it.
TEXT
    beside_worker "${MANAGE[@]}" runserver "127.0.0.1:$port" --noreload
}

read_arguments "$@"
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
ensure_venv base
take_lock
[ "$keep" = yes ] || rm -rf "$STATE"
mkdir -p "$STATE"
wanted=$port
port=$(free_port "$wanted")
[ -n "$port" ] || die "no free port from $wanted on."
[ "$port" = "$wanted" ] || say "port $wanted is taken: $port instead"
prepare_environment
cd "$BACKEND"

step "database" "${MANAGE[@]}" migrate --verbosity 0
step "categories" "${MANAGE[@]}" import_categories "$SAMPLE/categories.jsonl"
step "catalogue of products a person has confirmed" "${MANAGE[@]}" import_catalogue "$SAMPLE/catalogue.jsonl"
step "vector collections" "${MANAGE[@]}" init_qdrant
step "category vectors" "${MANAGE[@]}" sync_categories
step "templates" "${MANAGE[@]}" import_templates "$SAMPLE/templates.json"
step "admin user" create_admin
start_worker
start_processing=$(now_ms)
step "feed: wildberries" "${MANAGE[@]}" run_parser wildberries --file "$SAMPLE/wildberries"
step "feed: suppliers" run_suppliers
report
[ "$serve" = no ] || serve_admin
