# shellcheck shell=bash
# The virtual environment .venv/ at the root of the repository. Needs common.sh.
#
#   ensure_venv base|dev    dev contains base: after it, base is there already
#
# .venv/.installed-NAME tells what was installed, so a second run does nothing. .venv/.unfinished stands while
# something is being installed: when it is still there at the next run, the environment is made anew.

PYTHON_AT_LEAST="3, 11"

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if "$candidate" -Ic "import sys; sys.exit(sys.version_info < ($PYTHON_AT_LEAST))" 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# venv_mark NAME → what .installed-NAME must hold for the environment to be right.
venv_mark() {
    printf '%s %s\n' "$(sha256sum <"$BACKEND/requirements/$1.txt" | cut -d' ' -f1)" "$VENV"
}

venv_has() { [ "$(cat "$VENV/.installed-$1" 2>/dev/null)" = "$(venv_mark "$1")" ]; }

venv_ready() {
    [ ! -e "$VENV/.unfinished" ] && "$VENV/bin/python" -Ic '' 2>/dev/null && { venv_has "$1" || venv_has dev; }
}

# venv_sound: can packages be installed into what is there?
venv_sound() {
    [ ! -e "$VENV/.unfinished" ] && "$VENV/bin/python" -Im pip --version >/dev/null 2>&1 &&
        grep -qsF "$VENV/bin/python" "$VENV/bin/pip" # false when the repository was moved or copied
}

venv_create() {
    local python version
    python=$(find_python) || die "Python 3.11 or newer is missing (looked for: ${PYTHON:-python3, python3.11 … 3.14}); \
on Debian or Ubuntu: apt-get install python3 python3-venv."
    version=$("$python" -Ic 'import sys; print("python%d.%d" % sys.version_info[:2])')
    if ! "$python" -Ic 'import ensurepip, venv' 2>/dev/null; then
        { apt_install "$version-venv" && "$python" -Ic 'import ensurepip, venv' 2>/dev/null; } ||
            die "the venv module of $python is missing and only root can install it: apt-get install $version-venv."
    fi
    rm -rf "$VENV"
    "$python" -m venv "$VENV" >"$LOCAL/setup.log" 2>&1 ||
        { tail -n 5 "$LOCAL/setup.log" >&2; die "$python -m venv $VENV failed."; }
}

# venv_uv → true when uv is there. Plain pip does the same, only slower.
venv_uv() {
    "$VENV/bin/uv" --version >/dev/null 2>&1 ||
        "$VENV/bin/python" -Im pip install --quiet --disable-pip-version-check --require-hashes \
            -r "$BACKEND/requirements/uv.txt" >>"$LOCAL/setup.log" 2>&1
}

venv_install() {
    local requirements=$BACKEND/requirements/$1.txt
    if venv_uv && "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --require-hashes \
        -r "$requirements" >>"$LOCAL/setup.log" 2>&1; then
        return 0
    fi
    say "   uv could not do it; trying pip (takes a few minutes)"
    "$VENV/bin/python" -Im pip install --quiet --disable-pip-version-check --require-hashes \
        -r "$requirements" >>"$LOCAL/setup.log" 2>&1
}

ensure_venv() {
    venv_ready "$1" && return 0
    mkdir -p "$LOCAL"
    local rc=0
    (
        flock -n 8 || { say "   waiting for another script that sets up .venv"; flock 8; }
        if venv_ready "$1"; then exit 0; fi
        local start
        start=$(now_ms)
        say "-- installing backend/requirements/$1.txt into .venv"
        if ! venv_sound; then venv_create 8>&-; fi
        touch "$VENV/.unfinished"
        rm -f "$VENV"/.installed-*
        if ! venv_install "$1" 8>&-; then
            tail -n 8 "$LOCAL/setup.log" >&2
            rm -f "$VENV/.unfinished" # it failed in good order: what was there is still whole
            die "the packages of backend/requirements/$1.txt could not be installed (is the package index \
reachable?); all messages: .local/setup.log."
        fi
        venv_mark "$1" >"$VENV/.installed-$1"
        rm -f "$VENV/.unfinished"
        say "   done in $(elapsed "$start")"
    ) 8>"$LOCAL/setup.lock" || rc=$?
    [ "$rc" = 0 ] || exit "$rc"
}
