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
exec python "$ROOT/scripts/lib/setup_steps.py" "$categories" "$templates"
