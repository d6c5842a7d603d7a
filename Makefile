# Each target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help setup serve test check fix bench wheel clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready ## make the virtual environment

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("metermock needs Python 3.11 or newer; this is %s. Say which: make PYTHON=python3.12 …" % sys.version.split()[0])'
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

serve: $(VENV)/.ready ## serve the five contracts on http://127.0.0.1:4010 (ARGS="--live" for options)
	@$(BIN)/metermock serve $(ARGS)

test: $(VENV)/.ready ## run the tests (ARGS="-k name" for some)
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.ready ## lint, format and types; looks, never writes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: $(VENV)/.ready ## format, and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.ready ## measure speed and memory, as ratios within one run
	@$(BIN)/python -m bench $(ARGS)

wheel: $(VENV)/.ready ## build the wheel and the source archive into dist/
	@rm -rf dist && $(BIN)/python -m build --outdir dist . >/dev/null && ls dist

clean: ## remove what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
