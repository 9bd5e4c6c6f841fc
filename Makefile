# Everything a newcomer needs: `make run`, `make check`, `make test`, `make ui`. Each makes the virtual environment first.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.installed
READY_TO_TEST := $(VENV)/.installed-for-tests
BIN := $(VENV)/bin
DOCS_VENV := .venv-docs
# The lock files are complete and pip resolves nothing: by dbt-core's own bound on mashumaro it would refuse the version
# that Python 3.14 needs (pyproject.toml).
# Tests run in two processes, each file's in one: a study that a file's tests share is then made once.
WORKERS := -n 2 --dist loadfile
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: run check test test-latex ui docs dist lock test-pythons clean

run: $(READY)
	$(BIN)/egov run

# Before each commit: layout, lints, types and the fast tests.
check: $(READY_TO_TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy egov_assets
	$(BIN)/pytest $(WORKERS) -m "not slow and not browser and not latex"

# All tests; what this machine cannot run is skipped, and named with its reason.
test: $(READY_TO_TEST)
	$(BIN)/pytest $(WORKERS) -r s

# Tables in LaTeX and Word, opened by the programs that people open them with: apt-get install texlive-latex-extra
# texlive-xetex texlive-lang-chinese libreoffice-writer.
test-latex: $(READY_TO_TEST)
	$(BIN)/pytest -m latex -r s

ui: $(READY)
	$(BIN)/egov ui

$(READY): requirements.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 14) else \
	"Python 3.11 to 3.14 is needed, $(PYTHON) is %d.%d; name another, which `uv python install 3.14` can bring: \
	make PYTHON=python3.14 run" % v)'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-build-isolation -e .
	touch $@

$(READY_TO_TEST): $(READY) requirements-test.lock
	$(INSTALL) --require-hashes -r requirements-test.lock
	touch $@

# The pages as a site that needs no network: build/site/index.html. Zensical has an environment of its own, since it wants
# pathspec 1 and dbt-core an earlier.
docs: $(DOCS_VENV)/.installed
	$(PYTHON) -m docs.site.assemble
	$(DOCS_VENV)/bin/zensical build --strict --clean
	! grep -rnoE '(src|<link[^>]* href)="?https?://[^"]*' --include='*.html' build/site

$(DOCS_VENV)/.installed: requirements-docs.lock
	$(PYTHON) -m venv $(DOCS_VENV)
	$(INSTALL:$(BIN)%=$(DOCS_VENV)/bin%) --require-hashes -r requirements-docs.lock
	touch $@

# Wheel and source archive of the last commit in dist/, the same bytes whoever builds them.
dist: $(READY)
	$(BIN)/python .ci/build_dist.py dist

# Versions for every supported Python, each file with its hash; --no-strip-extras because pip asks for it with hashes.
PINS := --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet
LOCK := uv pip compile setup.cfg --extra build --extra server $(PINS) --fork-strategy fewest --no-strip-extras
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra test -c requirements.lock -o requirements-test.lock
	echo "zensical==0.0.73" | uv pip compile - $(PINS) -o requirements-docs.lock

# The first and the second command on every Python of this machine and on the one of a new machine (needs root).
test-pythons:
	.ci/try_pythons

# What is made, never what is yours: raw files, outputs and the run history stay.
clean:
	rm -rf $(VENV) $(DOCS_VENV) build dist .cache *.egg-info .pytest_cache .ruff_cache .mypy_cache
	find egov_assets egov_assets_tests -name __pycache__ -type d -prune -exec rm -rf {} +
