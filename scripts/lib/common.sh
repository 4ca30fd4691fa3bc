# shellcheck shell=bash
# Paths, messages and small tools of every script. Sourced after `set -euo pipefail`.
# shellcheck disable=SC2034 # some paths are for those who source this

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
BACKEND=$ROOT/backend
VENV=$ROOT/.venv
LOCAL=$ROOT/.local

unset PYTHONHOME PYTHONPATH
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

# free_ports N → N different free TCP ports of 127.0.0.1, one a line.
free_ports() {
    "$VENV/bin/python" -I - "$1" <<'PY'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held), sep="\n")
PY
}

# alive PID: does the process exist (and is it no zombie)?
alive() { [ -n "${1:-}" ] && [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# stop_pid PID SECONDS: TERM, then KILL when it does not end in time.
stop_pid() {
    local pid=$1 tenths=$(($2 * 10))
    kill -TERM "$pid" 2>/dev/null || return 0
    while alive "$pid" && [ $((tenths--)) -gt 0 ]; do sleep 0.1; done
    if alive "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
}
