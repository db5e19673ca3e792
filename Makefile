# Each recipe sets up all it needs; a second call is quick. See README.md and CONTRIBUTING.md.
# make studio TORCH=cpu     choose a PyTorch build by its index: cpu, cu126, cu130 ... (empty: pip's)
# make studio PYTHON=...    choose the Python (3.11 or later) that the environment is made with
SHELL := /bin/bash
TORCH ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
INDEX := $(if $(TORCH),--extra-index-url https://download.pytorch.org/whl/$(TORCH))
READY := .venv/.ready$(if $(TORCH),-$(TORCH))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PEERS := starsim==3.7.2 covasim==4.0.1 laser-core==1.0.5 laser-generic==1.1.0 numba geopandas

.PHONY: setup studio test lint types test-browser docs bench peers clean
.DELETE_ON_ERROR:

setup: $(READY)-dev  ## the whole environment: studio, tests, linters, documentation

studio: $(READY)-studio  ## open the studio in the browser
	$(BIN)/populace serve

test: $(READY)-dev  ## every test but long studies; those in a browser need a Chromium
	$(BIN)/python -m pytest -q -rfER --rerun-show-tracebacks -m "not study" $(ARGS)

test-browser: $(READY)-dev
	$(BIN)/python -m pytest -q -m browser tests/browser $(ARGS)

lint: $(READY)-dev types
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell
	$(BIN)/lint-imports --no-cache

types: $(READY)-dev
	$(BIN)/pyright

docs: $(READY)-dev  ## written to site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(READY)-dev
	$(BIN)/populace bench engine && $(BIN)/populace bench frames
	$(BIN)/python -m pytest -q -m study

peers: .venv-peers/.ready  ## the simulators that `populace bench engine` compares with

clean:  ## remove what the recipes made, the environments too
	rm -rf .venv .venv-peers .typing build dist site .ruff_cache .pytest_cache

# The link lets the type checker see engine/ as populace.engine. What suits dev suits the studio.
$(READY)-%: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing into .venv: some minutes the first time" >&2
	@$(PIP) $(INDEX) -c constraints.txt -e ".[$*]"
	@mkdir -p .typing && ln -sfn .. .typing/populace && touch $@ $(@:-dev=-studio)

.venv/bin/python .venv-peers/bin/python:
	@test -n "$(PYTHON)" || { echo "Populace needs Python 3.11 or later, and found none: install it, or say make PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(@:/bin/python=)

.venv-peers/.ready: Makefile | .venv-peers/bin/python
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check $(PEERS)
	touch $@
