# Two commands: `make demo` and `make test`. Both set up what they need, in .venv, with Python 3.11.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock

.DEFAULT_GOAL := help
.PHONY: help demo test setup dashboard lint format bench docs sbom lock clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo dashboard  ## set up and run the platform with a real clip as its cameras
	$(BIN)/longan demo $(DEMO)

test: setup dashboard  ## set up and run all tests
	$(BIN)/python -m tools.npm test
	$(BIN)/pytest $(TESTS)

setup: $(VENV)/.dev  ## set up everything a developer needs (torch included)

dashboard: dashboard/dist/index.html  ## build the dashboard

lint: setup dashboard  ## ruff, pyright, import-linter, types of the dashboard, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile.gpu
	$(BIN)/python -m tools.npm run lint

format: setup  ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## run the benchmarks (BENCH=--long adds the hour of reconnects, BENCH=name runs one)
	$(BIN)/python -m benchmarks $(BENCH)

docs: setup  ## write what is generated: OpenAPI, the dashboard's types, settings, Grafana
	$(BIN)/python -m serving.api > dashboard/openapi.json
	$(BIN)/python -m tools.npm run generate
	$(BIN)/python -m tools.settings_page > docs/settings.md
	$(BIN)/python -m tools.grafana > deploy/grafana/longan.json

sbom: setup  ## list every package with version and licence (CycloneDX, sbom.json)
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-file sbom.json $(BIN)/python

lock:  ## resolve requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --all-extras pyproject.toml -o requirements.lock

clean:  ## remove what was built and what the demo wrote
	rm -rf $(VENV) dashboard/dist dashboard/node_modules data

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: install it, or say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml requirements.lock
	@echo "Installing Longan (about a minute)"
	$(PIP) --editable '.[demo]'
	@$(BIN)/python -m tools.check_system
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml requirements.lock
	@echo "Installing Longan with its training and test tools (torch: some minutes)"
	$(PIP) --editable '.[croissant,demo,dev,kafka,libreyolo,mlflow,mqtt,oidc,openvino,postgres,s3,training]'
	@$(BIN)/python -m tools.check_system
	@touch $@ $(VENV)/.demo

dashboard/dist/index.html: $(shell find dashboard/src dashboard/public -type f 2>/dev/null) dashboard/index.html dashboard/package-lock.json dashboard/vite.config.ts
	@test -x $(BIN)/python || $(MAKE) $(VENV)/.demo
	$(BIN)/python -m tools.npm ci --no-audit --no-fund
	$(BIN)/python -m tools.npm run build
