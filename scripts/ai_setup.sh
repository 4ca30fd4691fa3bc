#!/usr/bin/env bash
# First set-up of the AI module on a server or inside a container; running it again is harmless.
#
#   scripts/ai_setup.sh [--categories FILE] [--templates FILE | --no-templates]
#
# Checks the environment, waits for the database, Redis and Qdrant (WAIT_SECONDS each, default 60), migrates, collects
# static files (an image holds them already), imports a category tree when the shop has none (default:
# sample/categories.jsonl; the format stands in docs/categorisation.md), creates the collections, indexes the
# categories, imports the templates (default: sample/templates.json) and asks every part with `manage.py ai_doctor`,
# whose faults are the exit code.
# DJANGO_SETTINGS_MODULE: production by default.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

templates=$ROOT/sample/templates.json
categories=''

while [ $# -gt 0 ]; do
    case $1 in
    --no-templates) templates='' ;;
    --templates | --categories)
        [ $# -ge 2 ] || usage 2 12
        file=$2
        case $file in /*) ;; *) file=$PWD/$file ;; esac
        if [ "$1" = --templates ]; then templates=$file; else categories=$file; fi
        shift
        ;;
    *) usage 2 12 ;;
    esac
    shift
done
[ -z "$categories" ] || [ -r "$categories" ] || die "the categories $categories cannot be read."
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
    heading "$step/8 $title"
    "$@" || die "step $step ($title) failed; mend it and run the script again: what is done already is not done twice."
}

step "environment, servers" python "$ROOT/scripts/lib/server_ready.py" "${WAIT_SECONDS:-60}"
cd "$BACKEND"
step "database schema" python manage.py migrate --noinput
if mkdir -p staticfiles 2>/dev/null && [ -w staticfiles ]; then
    step "static files" python manage.py collectstatic --noinput --verbosity 0
else # in a container: the image holds them, and development serves them without
    step "static files" say "left as they are: $BACKEND/staticfiles is not ours to write"
fi
if [ -n "$categories" ]; then
    step "category tree" python manage.py import_categories "$categories"
elif python manage.py ai_doctor --only tree >/dev/null 2>&1; then
    step "category tree" say "the shop has one"
else
    step "category tree (the sample: the shop has none yet)" python manage.py import_categories "$ROOT/sample/categories.jsonl"
fi
step "collections of Qdrant" python manage.py init_qdrant
step "categories in Qdrant" python manage.py sync_categories
if [ -n "$templates" ]; then
    step "templates" python manage.py import_templates "$templates"
else
    step "templates" say "left out"
fi
# No worker runs yet.
step "everything asked" python manage.py ai_doctor --skip processes
heading "done. Next: workers (celery -A config worker -Q ai …, another with -Q parsers,media,celery) and beat; see docker-compose.prod.yml"
