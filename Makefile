# One command for everything; `make help` lists them. The work is done by the scripts in .ci/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
SIZE ?= 1000000
SPEED ?= 60
ROWS ?=
VENV ?= .venv
DEADLINE ?= 0
# Named one by one: without names Django passes over an app that has no migrations yet.
APPS := core people hall ratings queue appointments attendance patrols social board catalogue cases payments delivery certificates promises pledges instant packages projects reform counter hotline knowledge routing calls province districts open311 insight procurement bidders tenders bids experts evaluation awards conduct oversight opendata supervision reports monitoring dashboards scores opengov api site
PYTHON ?= python3.11
export PORT HOST VENV PYTHON APPS

.PHONY: help run demo-reset demo-day test e2e lint format bench messages migrations lock clean

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make run takes PORT=…, DATABASE_URL=postgres://…, REDIS_URL=redis://…; make bench takes SIZE=… and ROWS=\"…\""

run: ## Start the portal with its demo city on http://127.0.0.1:8000 (Ctrl-C stops all of it)
	@exec .ci/start.sh

demo-reset: ## Throw the demo city away and build it anew
	@.ci/start.sh --reset

demo-day: ## Play a busy day in the demo hall, sixty times as fast (SPEED=60), to watch the screens
	@PORTAL_DEMO=1 exec $(VENV)/bin/python manage.py demo_day --speed $(SPEED)

test: ## Run everything: SQLite, PostgreSQL with Redis, browser; ends by saying what was left out and why
	@.ci/venv.sh dev && exec $(VENV)/bin/python .ci/test.py --deadline $(DEADLINE)

e2e: ## Run the browser tests only
	@.ci/venv.sh dev && exec $(VENV)/bin/python .ci/test.py --only browser

lint: ## Style, types, floors of the imports, templates, migrations, translations
	@.ci/venv.sh dev && exec .ci/lint.sh

format: ## Bring Python and templates into the common form
	@.ci/venv.sh dev && exec .ci/lint.sh --fix

bench: ## Measure against a yardstick, in pairs, and write docs/benchmarks.md
	@.ci/venv.sh dev && exec $(VENV)/bin/python -m tests.bench --size $(SIZE) $(ROWS)

messages: ## Collect the texts into locale/ and compile them
	@.ci/venv.sh dev && exec .ci/messages.sh

migrations: ## Write the migrations that the models ask for
	@.ci/venv.sh dev && exec $(VENV)/bin/python manage.py makemigrations $(APPS)

lock: ## Resolve requirements*.in anew into the hashed locks
	@.ci/venv.sh dev && exec .ci/lock.sh

clean: ## Remove the virtual environment and the tools' caches; var/ with its data stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
