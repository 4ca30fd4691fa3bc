#!/usr/bin/env bash
# Compile backend/requirements/*.in into *.txt, with the hash of every file.
#
#   scripts/lock.sh [--upgrade | --upgrade-package NAME …]
#
# dev comes first; base and production take their versions from it, so that one environment serves all three.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

ensure_venv dev
cd "$ROOT"

# compile NAME [OPTION…]
compile() {
    local name=$1
    shift
    say "-- backend/requirements/$name.txt"
    "$VENV/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        -o "backend/requirements/$name.txt" "$@" "backend/requirements/$name.in"
}

compile uv "$@"
compile dev "$@"
compile base -c backend/requirements/dev.txt
compile production -c backend/requirements/dev.txt
