# Kompas: `make run` and `make test` do everything on a machine with Python 3.11+ and make.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# On Linux the plain torch wheel brings CUDA (several GB). Point this at PyTorch's CPU wheel index to avoid it.
TORCH_INDEX ?=
PERSON ?= leader
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt

export PYTHONUNBUFFERED := 1

.PHONY: help setup run test check bench e2e faults sbom audit clean

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.runtime: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kompas needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Kompas into $(VENV)/ (about 0.7 GB to download, several GB more on Linux without TORCH_INDEX) ..."
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	$(PIP) -e '.[test]'
	@touch $@

setup: $(VENV)/.runtime ## make the environment in .venv/

run: $(VENV)/.runtime ## start Kompas and the local Teams client (PERSON=leader: whom the client plays; WORKER=off: no reminders by themselves)
	@$(if $(WORKER),KOMPAS_WORKER=$(WORKER) )$(BIN)/python -m bot local --as $(PERSON)

# A process a core; more threads of the model in each would only wait for one another (three minutes instead of ten seconds for one test).
test: export OMP_NUM_THREADS := 1
test: $(VENV)/.test ## every test that needs no extra server
	$(BIN)/python -m pytest -m "not e2e and not faults" -n auto --maxprocesses 4 --dist loadfile --cov --cov-report=term:skip-covered -q

check: $(VENV)/.test ## format, lint, types, imports, dependencies, documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .
	$(BIN)/python -m pip check
	$(BIN)/codespell bot knowledge indexer hr adaptive_cards privacy tools
	$(BIN)/python -m indexer check
	$(BIN)/python -m pytest -q tests/unit/test_docs.py

e2e: $(VENV)/.test ## the real local Teams client in headless Chromium; screenshots in artifacts/e2e
	$(BIN)/python -m pytest -m e2e tests/e2e -q

# Two at a time: most of the time they wait for rates to pass and leases to end.
faults: export OMP_NUM_THREADS := 1
faults: $(VENV)/.test ## kill, cut and refuse, on SQLite and PostgreSQL: about 25 minutes
	$(BIN)/python -m pytest -m faults tests/faults -n 2 --dist loadfile -q

bench: $(VENV)/.test ## measure speed and memory, beside a floor in the same run
	$(BIN)/python -m indexer build
	$(BIN)/python -m indexer bench
	$(BIN)/python -m bot bench
	$(BIN)/python -m tools.bench_gate

# Tools about the environment stand in one of their own: they are no part of what they describe.
$(VENV)/.supply: Makefile $(VENV)/.runtime
	@test -x $(VENV)/supply/bin/python || $(PYTHON) -m venv $(VENV)/supply
	$(VENV)/supply/bin/python -m pip install --disable-pip-version-check -q cyclonedx-bom==7.5.0
	@touch $@

sbom: $(VENV)/.supply ## what is installed, as CycloneDX JSON in build/sbom.cdx.json
	@mkdir -p build
	$(VENV)/supply/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --validate \
		--output-format JSON --output-file build/sbom.cdx.json $(BIN)/python

audit: $(VENV)/.runtime ## known vulnerabilities of the pinned versions (asks pypi.org)
	$(BIN)/python -m tools.advisories

clean: ## remove the environment and all local data
	rm -rf $(VENV) .data artifacts
