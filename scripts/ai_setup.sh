#!/usr/bin/env bash
# First set-up of the AI module on a server or inside a container; running it again is harmless.
#
#   scripts/ai_setup.sh [--templates FILE | --no-templates]
#
# Checks the environment, waits for the database, Redis and Qdrant (WAIT_SECONDS each, default 60), migrates,
# collects static files, creates the collections, indexes the categories, imports the templates (default:
# sample/templates.json) and ends with `manage.py check --deploy`. DJANGO_SETTINGS_MODULE: production by default.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

templates=$ROOT/sample/templates.json

case ${1:-} in
'') [ $# = 0 ] || usage 2 8 ;;
--no-templates) [ $# = 1 ] || usage 2 8; templates='' ;;
--templates)
    [ $# = 2 ] || usage 2 8
    case $2 in /*) templates=$2 ;; *) templates=$PWD/$2 ;; esac
    ;;
*) usage 2 8 ;;
esac
[ -z "$templates" ] || [ -r "$templates" ] || die "the templates $templates cannot be read (or say --no-templates)."

if [ -x "$VENV/bin/python" ]; then export PATH=$VENV/bin:$PATH; fi
python -c 'import django, environ, psycopg, redis' 2>/dev/null ||
    die "the packages of backend/requirements/production.txt are not installed for $(command -v python || echo python)."

export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
step=0

# step TITLE COMMAND…
step() {
    local title=$1
    step=$((step + 1))
    shift
    heading "$step/7 $title"
    "$@" || die "step $step ($title) failed; mend it and run the script again: what is done already is not done twice."
}

step "environment, servers" python "$ROOT/scripts/lib/server_ready.py" "${WAIT_SECONDS:-60}"
cd "$BACKEND"
step "database schema" python manage.py migrate --noinput
step "static files" python manage.py collectstatic --noinput --verbosity 0
step "collections of Qdrant" python manage.py init_qdrant
step "categories" python manage.py sync_categories
if [ -n "$templates" ]; then
    step "templates" python manage.py import_templates "$templates"
else
    step "templates" say "left out"
fi
step "deployment check" python manage.py check --deploy
heading "done. Next: workers (celery -A config worker -Q ai …, another with -Q parsers,celery) and beat; see docker-compose.prod.yml"
