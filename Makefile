# Everything a newcomer needs: `make run`, `make check`, `make test`, `make ui`. Each makes the virtual environment first.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.installed
BIN := $(VENV)/bin

.PHONY: run check types test ui lock clean

run: $(READY)
	$(BIN)/egov run

# Before each commit: layout, lints and the fast tests.
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest -m "not slow and not browser"

types: $(READY)
	$(BIN)/mypy egov_assets

# All tests; what this machine cannot run is skipped, and named with its reason.
test: $(READY)
	$(BIN)/pytest -r s

ui: $(READY)
	$(BIN)/egov ui

$(READY): requirements.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	"Python 3.11, 3.12 or 3.13 is needed, $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12 run" % v)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Versions for every supported Python, each file with its hash; --no-strip-extras because pip asks for it with hashes.
lock:
	uv pip compile setup.cfg --extra test --extra build --extra server --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --no-header --no-emit-index-url --quiet -o requirements.lock

# What is made, never what is yours: raw files, outputs and the run history stay.
clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .ruff_cache
	find egov_assets egov_assets_tests -name __pycache__ -type d -prune -exec rm -rf {} +
