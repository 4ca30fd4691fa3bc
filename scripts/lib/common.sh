# shellcheck shell=bash
# Paths, messages and small tools of every script. Sourced after `set -euo pipefail`.
# shellcheck disable=SC2034 # some paths are for those who source this

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
BACKEND=$ROOT/backend
VENV=$ROOT/.venv
LOCAL=$ROOT/.local

# PYTHONDONTWRITEBYTECODE: a hundred processes would each compile all that they import.
unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export PYTHONUNBUFFERED=1

now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }

# elapsed START_MS → "12.3 s"
elapsed() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

say() { printf '%s\n' "$*"; }
heading() { printf '\n== %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# usage FIRST LAST: these lines of the script's own head; exit code 2.
usage() {
    sed -n "$1,$2s/^# \{0,1\}//p" "$0" >&2
    exit 2
}

is_root() { [ "$(id -u)" = 0 ]; }

# apt_install PACKAGE…: only root can; false when it did not work.
apt_install() {
    is_root && command -v apt-get >/dev/null || return 1
    say "   installing the system packages: $*"
    mkdir -p "$LOCAL"
    local log=$LOCAL/apt.log
    {
        DEBIAN_FRONTEND=noninteractive apt-get update &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null || {
        tail -n 5 "$log" >&2
        return 1
    }
}

# with_services …: see services.py. The exit code is the command's.
with_services() { exec "$VENV/bin/python" "$ROOT/scripts/lib/services.py" run "$@"; }
