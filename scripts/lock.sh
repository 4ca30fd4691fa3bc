#!/usr/bin/env bash
# Resolve backend/pyproject.toml into backend/uv.lock and export what pip reads: backend/requirements/*.txt.
#
#   scripts/lock.sh [--upgrade | --upgrade-package NAME …]
#
# The lock names the public index whatever index this machine installs from; every file has its hash.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

ensure_venv dev
cd "$BACKEND"
export UV_NO_CONFIG=1
"$VENV/bin/uv" lock --default-index https://pypi.org/simple "$@"
"$VENV/bin/uv" export --quiet --frozen --no-header --group production -o requirements/production.txt
"$VENV/bin/uv" export --quiet --frozen --no-header --only-group monitoring -o requirements/monitoring.txt
"$VENV/bin/uv" export --quiet --frozen --no-header --only-group uv -o requirements/uv.txt
