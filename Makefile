# One entry for people and for CI; `make` alone lists the targets.

VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8501
API_PORT ?= 8000
WORKERS ?= 1
DATA ?= ../shared/data
PEERS ?= ../shared/peers
PINS := requirements-api.txt constraints.txt
PIP := $(PY) -m pip install --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run api check lint types fast test chromium bench soak train evaluate constraints clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/app.stamp ## Start the app at http://localhost:8501 (PORT=…)
	$(PY) -m streamlit run streamlit_app.py --server.port $(PORT) --server.showEmailPrompt false

api: $(VENV)/api.stamp ## Start the REST API at http://localhost:8000 (API_PORT=…, WORKERS=…)
	$(PY) -m gunicorn --config python:api.gunicorn_conf --workers $(WORKERS) --bind 127.0.0.1:$(API_PORT)

check: lint types fast ## What to run before a commit: ruff, mypy, fast tests

lint: $(VENV)/dev.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet . || { echo "Not formatted; run: $(PY) -m ruff format ."; exit 1; }

types: $(VENV)/dev.stamp
	$(PY) -m mypy

fast: $(VENV)/dev.stamp
	$(PY) -m pytest -q -m "not slow and not browser and not soak"

test: chromium lint types ## Everything CI runs: ruff, mypy, all tests, in a real browser too
	$(PY) -m pytest -m "not soak"

chromium: $(VENV)/dev.stamp
	@sh .ci/chromium

bench: $(VENV)/dev.stamp ## Measure speed and memory beside the peer (PEERS=…), the delay of live video, and the API under load
	$(PY) -m tests.bench --peers $(PEERS)
	$(PY) -m tests.bench.delay
	$(PY) -m tests.bench.http

soak: chromium ## Half an hour of live video with starts and stops (SOAK_MINUTES=…)
	$(PY) -m pytest -s -m soak tests/browser

train: $(VENV)/app.stamp ## Make a model from nothing on the photographs in DATA=… (hours; goes on where it stopped)
	$(PY) -m training recipe --data $(DATA)

evaluate: $(VENV)/app.stamp ## Measure the shipped model on held-back photographs in DATA=…
	$(PY) -m training evaluate --data $(DATA)

constraints: $(VENV)/dev.stamp ## Write constraints.txt from the environment that passed the tests
	$(PY) -m pip freeze --exclude pip --exclude setuptools > constraints.new
	@! grep -nE '://| @ |^-e' constraints.new || { echo "constraints.new names a path or a host; not taken"; exit 1; }
	mv constraints.new constraints.txt

clean: ## Remove caches and the virtual environment
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the lists it was installed from; a changed list installs again.
$(VENV)/dev.stamp: requirements-dev.txt requirements.txt $(PINS) | $(PY)
	$(PIP) -r requirements-dev.txt
	@touch $(VENV)/api.stamp $(VENV)/app.stamp $@

$(VENV)/app.stamp: requirements.txt $(PINS) | $(PY)
	$(PIP) -r requirements.txt
	@touch $(VENV)/api.stamp $@

$(VENV)/api.stamp: $(PINS) | $(PY)
	$(PIP) -r requirements-api.txt
	@touch $@

$(PY):
	@python=$$(sh .ci/python) && $$python -m venv $(VENV)
