#!/usr/bin/env bash
# Collect every text of code and templates into locale/ and compile it; missing and fuzzy ones are listed.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v xgettext >/dev/null; then
    echo "gettext is missing. Install it with:  apt-get install -y gettext" >&2
    exit 1
fi
venv="${VENV:-.venv}"
mkdir -p locale/zh_Hans/LC_MESSAGES
"$venv/bin/python" manage.py makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file \
    --extension html,txt,py --ignore 'var/*' --ignore 'tests/*' --ignore '.venv/*' --ignore 'static/*'
"$venv/bin/python" manage.py compilemessages --locale zh_Hans
"$venv/bin/python" -m tests.meta.messages
