# What one can do: make run | test | lint | types | format | lock. Needs python3 (3.11 or newer); the rest is set up here.
# make run PORT=8001 DATA_DIR=/somewhere/else

PYTHON ?= python3
PORT ?= 8000
DEMONSTRATION ?= 1
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
CODE := agencies policies cases notifications register escalation

export PORT
ifdef DATA_DIR
export DATA_DIR
endif

# Each step leaves a file behind and is done again only when what it depends on is newer.
BASE := $(VENV)/base-installed
DEV := $(VENV)/dev-installed
DESIGN := node_modules/installed
STYLES := static/build/app.css
STATIC := var/static/staticfiles.json

.PHONY: run test lint types format lock
.DEFAULT_GOAL := run

run: $(STATIC)
	@DEMONSTRATION=$(DEMONSTRATION) exec $(BIN)/python manage.py serve

# With the collected files: some tests start the very processes of an installation, which serve them.
test: $(DEV) $(STATIC)
	@$(BIN)/python tests/run.py

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --recursive --severity-level medium --configfile pyproject.toml $(CODE)

types: $(DEV)
	$(BIN)/mypy $(CODE) tests manage.py

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Write the requirements anew from the .in files, with hashes and without any address.
lock: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet uv
	cd requirements && for file in base dev node; do \
	  $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --upgrade --output-file $$file.txt $$file.in || exit 1; done
	npm update --ignore-scripts --omit=optional

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(DEV): requirements/dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# npm of the machine if it is recent enough, else the one that PyPI carries, in the environment.
$(DESIGN): package.json package-lock.json .npmrc requirements/node.txt | $(VENV)/bin/python
	@if ! { command -v npm && node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)'; } >/dev/null 2>&1; then \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt; fi
	PATH="$(BIN):$$PATH" npm ci --ignore-scripts --omit=optional --loglevel=error
	@touch $@

$(STYLES): $(wildcard static/src/*.scss) $(DESIGN)
	PATH="$(BIN):$$PATH" node_modules/.bin/sass --load-path=. --style=compressed --no-source-map --quiet static/src/app.scss $@

$(STATIC): $(STYLES) $(wildcard static/js/* static/images/*) escalation/finders.py escalation/apps.py $(BASE)
	DEMONSTRATION=0 $(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@
