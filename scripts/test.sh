#!/usr/bin/env bash
# Set everything up and run all checks and tests on a real PostgreSQL and Redis.
#
#   scripts/test.sh [PYTEST ARGUMENT …]     with arguments the static checks are skipped
#
# DATABASE_URL and REDIS_URL, when set, name servers to use; otherwise private ones are started on free ports and
# thrown away at the end (KEEP_SERVICES=1: they stay for the next run, `scripts/services.sh stop test` ends them).
# All tests run in two processes more than there are cores, each with databases of its own; with arguments in one,
# unless they say `-n 2`. Types, migrations and the two other shops are checked beside them and reported at the end.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/venv.sh"

ensure_venv dev
case " $* " in
"  " | *desk*) # all tests, or those with a browser; without one they are skipped, and fail where CI is set
    command -v chromium chromium-browser google-chrome >/dev/null ||
        apt_install chromium fonts-dejavu-core ||
        say "   no Chromium and no right to install it: the browser tests are skipped"
    ;;
esac
case " $* " in
"  " | *operations*) # nginx reads its own file
    command -v nginx >/dev/null || apt_install nginx-light || say "   no nginx: the test of its file is skipped"
    ;;
esac
[ "${KEEP_SERVICES:-}" = 1 ] && keep=--keep || keep=''
cd "$BACKEND"
# shellcheck disable=SC2086 # no word when empty
with_services test $keep -- "$ROOT/scripts/lib/checks.sh" "$@"
