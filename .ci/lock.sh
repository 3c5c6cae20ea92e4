#!/usr/bin/env bash
# Resolve requirements*.in into hashed locks that name no index and no local folder.
set -euo pipefail
cd "$(dirname "$0")/.."

venv="${VENV:-.venv}"
"$venv/bin/python" -m pip install -qq pip-tools
for name in requirements requirements-dev; do
    CUSTOM_COMPILE_COMMAND="make lock" "$venv/bin/python" -m piptools compile --quiet --generate-hashes \
        --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
        --output-file="$name.txt" "$name.in"
    sed -i -E '/^(-i|-f|--(extra-)?index-url|--find-links|--trusted-host|--no-index)/d' "$name.txt"
done
