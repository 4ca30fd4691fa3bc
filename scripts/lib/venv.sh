# shellcheck shell=bash
# The virtual environment .venv/ at the root of the repository, as backend/uv.lock describes it. Needs common.sh.
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

# venv_mark → what .installed-NAME must hold for the environment to be right.
venv_mark() { printf '%s %s\n' "$(sha256sum <"$BACKEND/uv.lock" | cut -d' ' -f1)" "$VENV"; }

venv_has() { [ "$(cat "$VENV/.installed-$1" 2>/dev/null)" = "$(venv_mark)" ]; }

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
    "$python" -m venv "$VENV" || die "$python -m venv $VENV failed; all messages: .local/setup.log."
}

pip_install() { "$VENV/bin/python" -Im pip install --quiet --disable-pip-version-check --require-hashes "$@"; }

# venv_install base|dev: by uv from the addresses in uv.lock; where those are out of reach, by pip from its own index.
venv_install() {
    local groups=()
    [ "$1" = base ] || groups=(--group "$1")
    pip_install -r "$BACKEND/requirements/uv.txt" || return 1
    UV_PROJECT_ENVIRONMENT=$VENV "$VENV/bin/uv" sync --quiet --frozen --project "$BACKEND" \
        --python "$VENV/bin/python" "${groups[@]:---inexact}" && return 0
    say "   uv could not do it; trying pip (takes a few minutes)" >&3
    "$VENV/bin/uv" export --quiet --frozen --project "$BACKEND" "${groups[@]}" -o "$LOCAL/pip.txt"
    pip_install -r "$LOCAL/pip.txt"
}

ensure_venv() {
    venv_ready "$1" && return 0
    mkdir -p "$LOCAL"
    (
        flock -n 8 || { say "   waiting for another script that sets up .venv"; flock 8; }
        if venv_ready "$1"; then exit 0; fi
        start=$(now_ms)
        say "-- installing backend/uv.lock ($1) into .venv"
        if ! venv_sound; then venv_create >"$LOCAL/setup.log" 8>&-; fi
        touch "$VENV/.unfinished"
        rm -f "$VENV"/.installed-*
        if ! venv_install "$1" 3>&1 >>"$LOCAL/setup.log" 2>&1 8>&-; then
            tail -n 8 "$LOCAL/setup.log" >&2
            rm -f "$VENV/.unfinished" # it failed in good order: what was there is still whole
            die "the packages of backend/uv.lock could not be installed (is the package index reachable?); \
all messages: .local/setup.log."
        fi
        venv_mark >"$VENV/.installed-$1"
        rm -f "$VENV/.unfinished"
        say "   done in $(elapsed "$start")"
    ) 8>"$LOCAL/setup.lock" || exit $?
}
