# One command each, the same here and in CI. Needs Python 3.11 or newer, git and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Tests wait for processes and clocks as often as they compute: twice as many at once as there are cores.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
WORKERS ?= $(shell expr 2 \* $(CORES))

# Kills at random moments in `make torture`.
KILLS ?= 200

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types tests score bench torture lock clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

demo: $(VENV)/.runtime  ## See Tocsin at work in this terminal: no account, no network
	@$(BIN)/tocsin demo

test: check tests  ## Lint, types and tests

check: lint types

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

tests: $(VENV)/.dev
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal

score: $(VENV)/.dev  ## Measure extraction, beside its peers, and stories
	$(BIN)/python tools/score_extraction.py
	$(BIN)/python tools/score_stories.py

bench: $(VENV)/.dev  ## Run the benchmarks: ratios against peers, in one run each
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

torture: $(VENV)/.dev  ## The long kill loops of docs/reliability.md
	TOCSIN_TORTURE=$(KILLS) $(BIN)/pytest -q -s --timeout 1800 tests/e2e tests/bot tests/cluster

lock:  ## Resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--group pyproject.toml:dev pyproject.toml --output-file locks/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--group pyproject.toml:build --constraints locks/dev.txt pyproject.toml --output-file locks/runtime.txt

clean:  ## Remove what was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tocsin needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Each stamp stands for one lock file, installed whole; the editable install is ours alone.
$(VENV)/.runtime: locks/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r locks/runtime.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: locks/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r locks/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runtime
