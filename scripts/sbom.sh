#!/usr/bin/env bash
# The bill of materials (CycloneDX 1.5, JSON) of what production installs, made from backend/uv.lock.
#
#   scripts/sbom.sh FILE    every package with its version and purl; FILE may be /dev/stdout
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

[ $# = 1 ] || usage 2 5
ensure_venv dev
file=$(realpath "$1")
cd "$BACKEND"
UV_NO_CONFIG=1 UV_PREVIEW=1 "$VENV/bin/uv" export --quiet --frozen --offline --format cyclonedx1.5 --group production \
    --group monitoring -o "$file"
