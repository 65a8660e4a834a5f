# Everything sets itself up in .venv; the only needs are Python 3.11+ (with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help demo test check bench golden catalog clean

help:
	@echo "make demo   set up and run the main job on sample data"
	@echo "make test   set up and run the tests"
	@echo "make check  ruff, mypy --strict, import-linter"
	@echo "make bench  the benchmarks"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "cmkit needs Python 3.11 or later; set PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

# One stamp an extra: the second call is quick, and a change of pyproject.toml installs again.
$(VENV)/.core: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $(VENV)/.core $@

$(VENV)/.dev: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(VENV)/.core $(VENV)/.test $@

demo: $(VENV)/.core
	@$(BIN)/cmkit demo

test: $(VENV)/.test
	@$(BIN)/python -m pytest -n $(WORKERS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test
	@$(BIN)/python -m benchmarks

golden: $(VENV)/.test
	@$(BIN)/python -m pytest -n $(WORKERS) --update-golden tests

# The English catalog: sentences in the code are its keys. A test says what is missing.
catalog: $(VENV)/.test
	@$(BIN)/pybabel -q extract --no-default-keywords -k _ -F pyproject.toml --omit-header --no-location --sort-output -o .cmkit.pot .
	@$(BIN)/pybabel -q update -i .cmkit.pot -d cmkit/locale -D cmkit -l en --no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header
	@rm -f .cmkit.pot
	@$(BIN)/pybabel -q compile -d cmkit/locale -D cmkit -l en
	@$(BIN)/pybabel -q compile -d cmkit/locale -D cmkit-click -l zh

clean:
	rm -rf $(VENV) cmkit-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
