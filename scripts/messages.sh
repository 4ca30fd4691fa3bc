#!/usr/bin/env bash
# Bring the catalogues of texts up to date and compile them; fails while a text has no English translation.
#
#   scripts/messages.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

ensure_venv dev
cd "$BACKEND"
DJANGO_SETTINGS_MODULE=config.settings.test "$VENV/bin/python" -m tests_ops.messages
