# make run    the whole platform with demo data on http://127.0.0.1:8000
# make test   every test, on SQLite and on real PostgreSQL and Redis that the suite starts itself
# make e2e    whole platforms: a stranger's addon under load, and outages of Redis and PostgreSQL
# make check  style, types, layers, reference and OpenAPI document, wheels
# make docs   write the reference and the OpenAPI document anew
# make bench  the speed table of docs/
# make clean  what the above made, data in var/ kept

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(abspath $(VENV))/bin
PYTEST ?= $(BIN)/python -m pytest
ARGS ?=
# Two test processes, a file at a time: tests wait for servers more than they compute.
PARALLEL ?= -n 2 --dist loadfile --no-loadscope-reorder

ADDONS := $(patsubst %/pyproject.toml,%,$(wildcard addons/*/pyproject.toml))
SOURCES := constraints.txt setup.cfg pyproject.toml $(ADDONS:%=%/pyproject.toml)
# compat: the one kind of editable install that other folders called config or migrations can't shadow and mypy follows.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt
EDITABLE := $(PIP_INSTALL) --no-build-isolation --config-settings editable_mode=compat

.PHONY: run test e2e check lint types layers reference docs wheels bench install develop clean

run: $(VENV)/.installed
	@exec $(BIN)/asoud run --demo $(ARGS)

test: $(VENV)/.developing
	$(PYTEST) $(PARALLEL) $(ARGS)

e2e: $(VENV)/.developing
	ASOUD_E2E=1 $(PYTEST) $(ARGS) tests/e2e

check: lint types layers reference wheels

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developing
	$(BIN)/mypy

layers: $(VENV)/.developing
	$(BIN)/lint-imports

# The reference and the OpenAPI document, made from the code: `reference` compares, `docs` writes.
reference: $(VENV)/.developing
	$(BIN)/python docs/generate.py --check

docs: $(VENV)/.developing
	$(BIN)/python docs/generate.py

wheels: $(VENV)/.developing
	.ci/wheels $(BIN)/python

bench: $(VENV)/.developing
	$(BIN)/python -m bench $(ARGS)

install: $(VENV)/.installed
develop: $(VENV)/.developing

$(VENV)/.created:
	@echo "Making $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...")'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) pip setuptools
	@touch $@

$(VENV)/.installed: $(VENV)/.created $(SOURCES)
	@echo "Installing the platform and $(words $(ADDONS)) addons, each as its own distribution ..."
	@$(EDITABLE) --editable . $(ADDONS:%=--editable %)
	@touch $@

$(VENV)/.developing: $(VENV)/.created $(SOURCES)
	@echo "Installing the platform, $(words $(ADDONS)) addons and what the checks need ..."
	@$(EDITABLE) --editable .[dev] $(ADDONS:%=--editable %)
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name '*.egg-info' -prune -exec rm -rf {} +
	find . -name __pycache__ -prune -exec rm -rf {} +
