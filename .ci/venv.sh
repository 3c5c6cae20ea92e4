#!/usr/bin/env bash
# Make the virtual environment and install the hashed locks, once for each state of the lock: venv.sh [dev]
set -euo pipefail
cd "$(dirname "$0")/.."

venv="${VENV:-.venv}"
kind="${1:-run}"

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3.11}" python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 is missing. Install it with:  apt-get install -y python3 python3-venv" >&2
    exit 1
}

make_venv() {
    local python
    python="$(find_python)"
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "Python's venv package is missing. Install it with:  apt-get install -y python3-venv" >&2
        exit 1
    fi
    echo "Making the virtual environment in $venv ..."
    "$python" -m venv "$venv"
}

install() { # lock-file: installs it unless this very lock has been installed before
    local lock="$1" stamp sum
    stamp="$venv/.installed-$(basename "$lock" .txt)"
    sum="$(sha256sum "$lock" | cut -d' ' -f1)"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then
        return
    fi
    echo "Installing $lock ..."
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
    echo "$sum" >"$stamp"
}

if ! "$venv/bin/python" -c 'import sys' >/dev/null 2>&1; then
    make_venv
fi
install requirements.txt
if [ "$kind" = dev ]; then
    install requirements-dev.txt
fi
