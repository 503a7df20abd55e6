# `make demo` and `make test` do everything on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Small matrices gain nothing from threads that wait for each other.
export OPENBLAS_NUM_THREADS ?= 1

PIP_INSTALL := $(BIN)/python -m pip install --quiet --require-hashes --only-binary :all:
OWN := $(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .

.PHONY: demo test soak app bench bench-forecast lock lint types clean screenshots

demo: .venv/installed ## next week's roster for the sample team
	$(BIN)/callboard demo --out rosters/out/demo
	@echo
	@echo "Open the app with:  make app   (then http://127.0.0.1:8501)"

app: .venv/installed ## the app, on this machine only
	$(BIN)/callboard serve

test: .venv/installed-dev lint types ## everything a check needs
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  echo "No Chromium on this machine: the browser tests are skipped (Debian: apt-get install chromium)."
	$(BIN)/python -m pytest -n 3 --dist loadfile

soak: .venv/installed-dev ## random rosters against every rule, kill -9 200 times each, a long fuzz
	CALLBOARD_KILLS=200 $(BIN)/python -m pytest -rA tests/scheduler/store/test_killed.py
	CALLBOARD_FUZZ=500 $(BIN)/python -m pytest tests/scheduler/api/test_api_fuzz.py
	CALLBOARD_RANDOM_CASES=10000 $(BIN)/python -m pytest tests/scheduler/rostering/test_random_cases.py

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: .venv/installed-dev
	$(BIN)/mypy

bench: .venv/installed-bench ## ratios against peers, printed as tables
	$(BIN)/python -m benchmarks

bench-forecast: .venv-forecast/installed ## forecast accuracy beside general libraries; ARRIVALS=folder adds series
	.venv-forecast/bin/python -m benchmarks.forecasting $(ARRIVALS)

screenshots: .venv/installed-dev ## the pictures in the README and docs
	$(BIN)/python -m benchmarks.screenshots

lock: ## pin every dependency with its hashes, without an index address
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock
	.venv-lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	.venv-lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header --extra bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock
	.venv-lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header benchmarks/forecast-peers.in -o requirements-forecast-bench.lock
	rm -rf .venv-lock

.venv/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Callboard needs Python 3.11 or newer; set PYTHON=python3.11')"
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP_INSTALL) -r requirements.lock
	$(OWN)
	@touch $@

.venv/installed-bench: requirements-bench.lock .venv/installed-dev
	$(PIP_INSTALL) -r requirements-bench.lock
	@touch $@

# An environment of its own, for statsforecast wants pandas below 3.
.venv-forecast/installed: requirements-forecast-bench.lock
	$(PYTHON) -m venv .venv-forecast
	.venv-forecast/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements-forecast-bench.lock
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

clean:
	rm -rf .venv .venv-forecast rosters/out .mypy_cache .ruff_cache .hypothesis .import_linter_cache
