# Everything a newcomer does. `make help` tells what; each line explains itself.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
digest = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-12)
INSTALLED := .venv/.installed-$(call digest,requirements.lock pyproject.toml)
INSTALLED_DEV := .venv/.installed-dev-$(call digest,requirements-dev.lock pyproject.toml)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard grants/translations/*/LC_MESSAGES/*.po))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS ?= tests
# One process a core, four at most, a file each in turn: every process has servers of its own.
# The files that last longest come first (tests/build/order.py), not those with the most tests.
# What was compiled is kept for the next run, even where the environment says not to.
PROCESSES ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n > 4 ? 4 : n)))

.DEFAULT_GOAL := setup
.PHONY: help setup setup-dev run demo test attack check bench migrate migration translations docs lock clean \
  check-format check-lint check-types check-imports check-templates check-translations \
  check-migrations

help:  ## Tell what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(INSTALLED) $(CATALOGUES)  ## Install everything that Lauréat needs, into .venv/
	@.ci/system run

setup-dev: $(INSTALLED_DEV) $(CATALOGUES)  ## Install what testing and checking need as well

run: setup  ## Run the site, its worker and its servers, until Ctrl-C
	@exec $(BIN)/laureat up

demo: setup  ## Play three real calls from publication to payment, then serve (DEMO_ONESHOT=1 stops)
	@RELAY_SECONDS=$${RELAY_SECONDS:-0.5} exec $(BIN)/laureat demo  # the play waits for mails

test: setup-dev  ## Run the whole suite, browser included (TESTS=tests/unit for a part of it)
	@.ci/system test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(TESTS)

attack: setup-dev  ## Send ten thousand hostile requests over all forms (ATTACKS=500, ATTACKS_SEED=1)
	@ATTACKS=$(or $(ATTACKS),10000) ATTACKS_SEED=$(or $(ATTACKS_SEED),2018) \
	  $(BIN)/pytest -q -s tests/web/test_attacks.py

check: check-format check-lint check-types check-imports check-templates check-translations check-migrations  ## Check all that needs no test (-k: go on after a failure)

check-format: setup-dev
	$(BIN)/ruff format --check --quiet .
check-lint: setup-dev
	$(BIN)/ruff check --quiet .
check-types: setup-dev
	$(BIN)/mypy
check-imports: setup-dev
	$(BIN)/lint-imports --no-cache
check-templates: setup-dev
	$(BIN)/djlint --lint --quiet templates
check-translations: setup-dev
	$(BIN)/python .ci/translations.py check
check-migrations: setup-dev
	$(BIN)/python .ci/migrations.py

bench: setup-dev  ## Measure requests, commitments, letters… (ARGS=--money: around a vote only)
	@$(BIN)/python -m tests.bench $(ARGS)

migrate: setup  ## Bring the database of this checkout to the newest tables
	@$(BIN)/laureat db upgrade

migration: setup-dev  ## Write the next migration by comparing models and tables (NAME="0011_word")
	@$(BIN)/python .ci/migrations.py draft $(NAME)

translations: setup-dev  ## Gather new messages into the French catalogue
	@$(BIN)/python .ci/translations.py gather
	@$(MAKE) --no-print-directory $(CATALOGUES)

docs: setup  ## Write docs/states.md from the lifecycles
	@$(BIN)/python -m grants.lifecycles > docs/states.md

lock:  ## Renew the lock files from requirements*.in (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --upgrade requirements.in -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --upgrade requirements-dev.in -o requirements-dev.lock

clean:  ## Remove the environment and every cache; var/, where the data are, stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is older (set PYTHON=…)" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "python -m venv failed: on Debian, apt install python3-venv" >&2; exit 1; }

$(INSTALLED): | .venv/bin/python
	@echo "Installing what Lauréat needs"
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@rm -f .venv/.installed-[0-9a-f]*; touch $@

$(INSTALLED_DEV): | .venv/bin/python
	@echo "Installing what Lauréat and its tests need"
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@rm -f .venv/.installed-*; touch $@ $(INSTALLED)

%.mo: %.po | .venv/bin/python
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
