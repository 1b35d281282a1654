#!/bin/sh
# Makes .venv with what Dragoman needs to run, or mends it. `make serve` calls this; without make:
#     sh scripts/bootstrap.sh [PYTHON [venv]]
# With `venv` no libraries are installed.
set -u
cd "$(dirname "$0")/.." || exit 1
python=${1:-python3}
only=${2:-all}
bin=.venv/bin

say() { printf '%s\n' "$*" >&2; }
version() { "$1" -c 'import sys; print(".".join(map(str, sys.version_info[:2])))' 2>/dev/null; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_pip() { "$bin/python" -m pip --version >/dev/null 2>&1; }
has() { command -v "$1" >/dev/null 2>&1; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
# llama.cpp's library takes GNU OpenMP from the system; no wheel brings it under that name.
has_openmp() {
    "$1" -c 'import ctypes, sys; sys.platform == "linux" and ctypes.CDLL("libgomp.so.1")' 2>/dev/null
}

# Whether apt knows packages: a container has no lists of them yet.
has_lists() {
    set -- /var/lib/apt/lists/*Packages*
    [ -e "$1" ]
}

# Ends with the line that installs packages of Debian or Ubuntu; with none, the one that gets the lists.
ask_for() {
    sudo=
    how=" as root"
    has sudo && sudo="sudo " && how=
    line=
    has_lists || line="${sudo}apt update"
    [ $# = 0 ] || line="${line:+$line && }${sudo}apt install $*"
    say "Type this$how, then the same again:"
    say "    $line"
    exit 1
}

choose_python() {
    new_enough "$python" && return
    was="$python is $(version "$python" || echo missing)"
    for other in python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$other"; then
            say "Using $other: $was, and Dragoman needs Python 3.11 or newer."
            python=$other
            return
        fi
    done
    say "Dragoman needs Python 3.11 or newer; $was, and no newer one is on the PATH."
    has apt-cache || exit 1
    has_lists || ask_for
    for other in python3.13 python3.12 python3.11; do
        if apt-cache show "$other" >/dev/null 2>&1; then
            ask_for "$other" "$other-venv" libgomp1
        fi
    done
    exit 1
}

check_system() {
    missing=
    has_pip || can_make_venv "$python" || has uv || missing=python$(version "$python")-venv
    has_openmp "$python" || missing="${missing:+$missing }libgomp1"
    [ "$missing" ] || return
    if [ -e /etc/debian_version ]; then
        say "This system lacks something that Dragoman needs."
        ask_for "$missing"
    fi
    has_openmp "$python" && return
    say "The library libgomp.so.1 (GNU OpenMP) is missing: install it, then the same again."
    exit 1
}

make_venv() {
    if [ -x "$bin/python" ] && new_enough "$bin/python"; then
        has_pip && return
        # Made without pip, by uv or by a Debian without python3-venv.
        "$bin/python" -m ensurepip >/dev/null 2>&1 && has_pip && return
    fi
    say "Making .venv, the place of the libraries."
    if can_make_venv "$python"; then
        words=$("$python" -m venv --clear .venv 2>&1) && has_pip && return
    elif has uv; then
        words=$(uv venv --quiet --clear --seed --python "$python" .venv 2>&1) && has_pip && return
    else
        words="Python's modules venv and ensurepip are missing: install them, or uv."
    fi
    say "The virtual environment .venv could not be made:"
    say "$words"
    exit 1
}

# Counts on a terminal; pip's own words go to a file, for a failure. Not awk: Debian's reads in
# blocks, and the count would stand still for half a minute.
count() {
    fetched=0
    while IFS= read -r line; do
        printf '%s\n' "$line"
        case $2$line in
        1Collecting*)
            fetched=$((fetched + 1))
            printf '\r  %d libraries fetched' "$fetched" >&2
            ;;
        1Installing*) printf '\r  unpacking %d libraries   ' "$fetched" >&2 ;;
        esac
    done >"$1"
    [ "$2" = 0 ] || echo >&2
}

pip_install() {
    shown=$1
    shift
    rm -f .venv/pip.failed
    { PYTHONUNBUFFERED=1 "$bin/python" -m pip install --no-input --disable-pip-version-check \
        --progress-bar off --retries 2 "$@" 2>&1 || touch .venv/pip.failed; } |
        count .venv/pip.log "$shown"
    [ -e .venv/pip.failed ] || return 0
    if grep -qi 'no space left\|disk quota' .venv/pip.log; then
        say "The disk is full: make room, then the same again. pip said:"
    elif grep -qi 'retrying\|connection\|resolve\|timed out' .venv/pip.log; then
        say "The package index could not be reached: is there a network? Then the same again. pip said:"
        # The last lines would say that there is no such package, which is not so.
        say "    $(sed -n "s/.*broken by '\(.*\)': .*/\1/p" .venv/pip.log | head -n 1)"
        exit 1
    else
        say "The libraries could not be installed. pip said:"
    fi
    grep -v '^Requirement already\|^Collecting\|^ *Downloading' .venv/pip.log | tail -n 4 >&2
    exit 1
}

choose_python
check_system
make_venv
[ "$only" = venv ] && exit 0
say "Installing libraries, about 0.31 GB to fetch: a minute or two."
terminal=0
[ -t 2 ] && terminal=1
pip_install "$terminal" --require-hashes --only-binary :all: -r requirements.txt
pip_install 0 --no-build-isolation --no-deps -e .
