# Each target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=
UV     := 0.13.9
CHROMIUM ?= chromium

.DEFAULT_GOAL := help
.PHONY: help setup serve test check fix bench browser console sdks sdk-tools wheel lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready-dev ## make the virtual environment, with the tools

# pip is the last thing that comes into a new environment: when it is there, the environment is whole.
$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("metermock needs Python 3.11 or newer; this is %s. Say which: make PYTHON=python3.12 …" % sys.version.split()[0])'
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# The project itself is built by the locked hatchling, so that nothing comes from a registry but what the lock names.
define install
	@$(BIN)/python lock/install.py lock/$(1).txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
endef

$(VENV)/.ready: pyproject.toml lock/runtime.txt | $(VENV)/bin/pip
	$(call install,runtime)
	@touch $@

# The lock of the tools names all of the runtime's releases too (tests/test_lock.py), so serving is ready as well.
$(VENV)/.ready-dev: pyproject.toml lock/dev.txt | $(VENV)/bin/pip
	$(call install,dev)
	@touch $(VENV)/.ready $@

serve: $(VENV)/.ready ## serve the five contracts on http://localhost:4010 (ARGS="--live" for options)
	@$(BIN)/metermock serve $(ARGS)

test: $(VENV)/.ready-dev ## run the tests (ARGS="-k name" for some)
	@$(BIN)/pytest -n 3 --dist worksteal $(ARGS)

check: $(VENV)/.ready-dev ## lint, format and types; looks, never writes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: $(VENV)/.ready-dev ## format, and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.ready-dev ## measure speed and memory, as ratios within one run
	@$(BIN)/python -m bench $(ARGS)

browser: $(VENV)/.ready examples/dashboard/node_modules/.ready ## put a usage page through sixteen states, and exported replies to use, in Chromium
	@command -v $(CHROMIUM) >/dev/null || { echo "make browser needs Chromium (Debian: chromium); install it, or say where it is: make browser CHROMIUM=/path/to/chrome" >&2; exit 1; }
	@cd examples/dashboard && PATH="$(abspath $(BIN)):$$PATH" CHROMIUM="$$(command -v $(CHROMIUM))" npm test --silent -- $(ARGS)

console: $(VENV)/.ready tests/browser/node_modules/.ready ## look over the mock's own pages in Chromium, with axe
	@command -v $(CHROMIUM) >/dev/null || { echo "make console needs Chromium (Debian: chromium); install it, or say where it is: make console CHROMIUM=/path/to/chrome" >&2; exit 1; }
	@cd tests/browser && PATH="$(abspath $(BIN)):$$PATH" CHROMIUM="$$(command -v $(CHROMIUM))" npm test --silent -- $(ARGS)

%/node_modules/.ready: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo "Tests in a browser need Node.js 20.19 or newer with npm; install it and run it again." >&2; exit 1; }
	@echo "Installing the releases of $*/package-lock.json …"
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

sdks: $(VENV)/.ready build/sdks/.ready ## generate clients with seven generators, check them, call the mock with them
	@command -v java >/dev/null || { echo "make sdks needs Java 11 or newer (Debian: default-jre-headless); install it and run it again." >&2; exit 1; }
	@$(BIN)/python -m sdks.run

sdk-tools: build/sdks/.ready

build/sdks/.ready: sdks/requirements.txt sdks/package.json sdks/package-lock.json
	@command -v npm >/dev/null || { echo "make sdks needs Node.js 20 or newer with npm; install it and run it again." >&2; exit 1; }
	@mkdir -p build/sdks
	@$(PYTHON) -m venv --clear build/sdks/venv
	@build/sdks/venv/bin/python lock/install.py sdks/requirements.txt
	@cp sdks/package.json sdks/package-lock.json build/sdks
	@echo "Installing the releases of sdks/package-lock.json …"
	@cd build/sdks && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

wheel: $(VENV)/.ready-dev ## build the wheel and the source archive into dist/
	@rm -rf dist && $(BIN)/python -m build --no-isolation --outdir dist . >/dev/null && ls dist

COMPILE := build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
           --annotation-style line --custom-compile-command "make lock"
LOCK    := $(COMPILE) --group build pyproject.toml

lock: $(VENV)/bin/pip ## lock the newest releases that pyproject.toml allows (ARGS="--upgrade-package NAME" for one)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target build/uv uv==$(UV)
	@$(LOCK) --extra dev $(or $(ARGS),--upgrade) --output-file lock/dev.txt
	@$(LOCK) --constraints lock/dev.txt --no-annotate --output-file lock/runtime.txt
	@$(COMPILE) sdks/requirements.in $(or $(ARGS),--upgrade) --output-file sdks/requirements.txt

clean: ## remove what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis examples/dashboard/node_modules examples/dashboard/test-results examples/dashboard/exported
