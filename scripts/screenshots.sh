#!/usr/bin/env bash
# Pictures of the desk's pages, by a real browser on a server of its own: scripts/screenshots.sh DIR
#
# SHOTS_SMALL=1: JPEG for docs/desk.md. SHOTS_ONLY=photos: those whose names begin so. The table of pictures: backend/apps/ai/tests/desk/screenshots.py.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

[ $# = 1 ] || usage 2 4
mkdir -p "$1"
SHOTS_DIR=$(cd "$1" && pwd)
export SHOTS_DIR
ensure_venv dev
[ "${KEEP_SERVICES:-}" = 1 ] && keep=--keep || keep=''
cd "$BACKEND"
# shellcheck disable=SC2086 # no word when empty
with_services test $keep -- "$VENV/bin/pytest" -q -s -p no:cacheprovider apps/ai/tests/desk/screenshots.py
