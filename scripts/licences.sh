#!/usr/bin/env bash
# The licences of the packages that production installs, as docs/licences.md lists them; fails for one that forbids an
# MIT-licensed shop to ship it, or that nobody has judged.
#
#   scripts/licences.sh > docs/licences.md
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

ensure_venv dev
cd "$BACKEND"
"$VENV/bin/python" -m tests_ops.licences
