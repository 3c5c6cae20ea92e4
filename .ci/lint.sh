#!/usr/bin/env bash
# Every check that needs no test: all of them run, side by side; the names of those that failed stand at the end.
# --fix mends form.
set -uo pipefail
cd "$(dirname "$0")/.."

bin="${VENV:-.venv}/bin"
read -ra apps <<<"${APPS:-core people hall ratings queue appointments attendance patrols social board catalogue cases payments delivery certificates promises pledges instant packages projects reform counter hotline knowledge routing calls province districts open311 insight procurement bidders tenders bids experts evaluation awards conduct oversight opendata supervision reports monitoring dashboards scores opengov api site}"
export PATH="$PWD/$bin:$PATH"
[ "${bin#/}" = "$bin" ] || export PATH="$bin:$PATH"
data="$(mktemp -d)"
trap 'kill "${began[@]}" 2>/dev/null; rm -rf "$data"' EXIT
export PORTAL_DATA_DIR="$data" SECRET_KEY="${SECRET_KEY:-for the linters only, and long enough for the checks}" PYTHONPATH="$PWD/.ci:$PWD"
unset REDIS_URL
failed=()
names=()
began=()

check() { # name, command ...: begins at once, beside the others; `results` says what came of it
    local own="$data/${#names[@]}"
    mkdir "$own" && cp "$data/portal.env" "$own/"
    names+=("$1")
    shift
    PORTAL_DATA_DIR="$own" "$@" >"$own.said" 2>&1 &
    began+=($!)
}

results() {
    local number
    for number in "${!names[@]}"; do
        wait "${began[$number]}" || failed+=("${names[$number]}")
        printf '\n=== %s\n' "${names[$number]}"
        cat "$data/$number.said"
    done
    began=()
}

templates() { # more arguments for djade
    local files
    mapfile -t files < <(git ls-files --cached --others --exclude-standard 'templates/*.html' '*/templates/*.html')
    [ "${#files[@]}" -eq 0 ] || djade --target-version 5.2 "$@" "${files[@]}"
}

shell_scripts() {
    local file
    for file in .ci/*.sh .ci/run; do bash -n "$file" || return 1; done
}

lint_migrations() {
    # On PostgreSQL where it answers, since that is where a long lock would hurt.
    local url
    url="$(python -c 'import services; print("" if services.postgres_problem() else services.DATABASE_URL)')"
    if [ -n "$url" ]; then export DATABASE_URL="$url"; fi
    DJANGO_SETTINGS_MODULE=lint_settings python manage.py lintmigrations --no-cache --warnings-as-errors --quiet ok ignore --include-apps "${apps[@]}"
}

if [ "${1:-}" = --fix ]; then
    ruff check --fix --quiet .
    ruff format .
    templates
    exit 0
fi

unset DATABASE_URL
python -m portal.core.keys >/dev/null
check "ruff" ruff check .
check "ruff format" ruff format --check .
check "shell scripts" shell_scripts
check "mypy" mypy
check "import floors" lint-imports
check "templates" templates --check
check "models without a migration" python manage.py makemigrations --check --dry-run "${apps[@]}"
check "migrations" lint_migrations
check "translations" python -m tests.meta.messages
results

if [ "${#failed[@]}" -gt 0 ]; then
    printf '\nlint: failed: %s\n' "$(IFS=,; echo "${failed[*]}")" >&2
    exit 1
fi
printf '\nlint: everything in order\n'
