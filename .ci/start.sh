#!/usr/bin/env bash
# `make run`: virtual environment, keys, demo city in a new database, then `serve`: web, worker and beat as one command.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in git make; do
    if ! command -v "$tool" >/dev/null; then
        echo "$tool is missing. Install it with:  apt-get install -y $tool" >&2
        exit 1
    fi
done

.ci/venv.sh
venv="${VENV:-.venv}"
export PORTAL_DEMO="${PORTAL_DEMO:-1}"
export SITE_URL="${SITE_URL:-http://${HOST:-127.0.0.1}:${PORT:-8000}}"

if [ "${1:-}" = --reset ]; then
    exec "$venv/bin/python" .ci/prepare.py --reset
fi
"$venv/bin/python" .ci/prepare.py
exec "$venv/bin/python" manage.py serve --host "${HOST:-127.0.0.1}" --port "${PORT:-8000}"
