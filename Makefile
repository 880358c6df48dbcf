# entrepôt: everything a person does with the repository. A machine needs python3, pip and make.
# `make` alone lists the targets.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
JOBS   ?= 2
PYTEST_ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONUTF8 = 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test release-tests check bench serve docs messages lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

setup: $(READY) ## make .venv with everything the lock names

$(READY): requirements-dev.lock pyproject.toml tools/venv.sh
	@PYTHON="$(PYTHON)" sh tools/venv.sh $(VENV)
	@touch $(READY)

demo: $(READY) ## play one real job from declaration to settlement
	@$(BIN)/entrepot demo

test: $(READY) ## run every test, and the examples in the code
	$(BIN)/python -m pytest -q -n $(JOBS) $(PYTEST_ARGS)

release-tests: $(READY) ## keep the promises of the release at their full size; takes hours
	@$(BIN)/python tools/release_tests.py --scale $(or $(SCALE),1) $(ROWS)

check: $(READY) ## lint, types, floors, sizes, money, locks, messages, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/check_locks.py
	$(BIN)/python tools/lint_sizes.py
	$(BIN)/python tools/lint_money.py
	$(BIN)/python tools/messages.py --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

bench: $(READY) ## measure; make bench BENCH=name runs one
	@$(BIN)/python benchmarks/run.py $(BENCH)

serve: $(READY) ## open a lived-in exchange in the browser: three months of made-up business
	@$(BIN)/entrepot --home build/demonstration serve --demonstration

docs: $(READY) ## write the reference pages from the code and build the site
	@$(BIN)/python tools/write_reference.py
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

messages: $(READY) ## collect the words of the program and compile the translations
	@$(BIN)/python tools/messages.py

lock: $(READY) ## pin every dependency again, with hashes
	@PATH="$(BIN):$$PATH" sh tools/lock.sh

clean: ## remove everything that make has made
	rm -rf $(VENV) dist build docs/_build .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
