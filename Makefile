# `make extract`, `make test`, `make evaluate` and `make docs` each do their own set-up; all need Python 3.11 and make.
PYTHON ?= python3.11
DOCS ?= corpus/examples
VENV := .venv
RUN := $(VENV)/bin

.PHONY: extract lint test evaluate docs benchmark test-doccano test-scale train clean

extract: $(VENV)/.runtime
	$(RUN)/pingyu extract $(DOCS) -o out/

lint: $(VENV)/.test
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports

test: lint
	$(RUN)/python -m train check
	$(RUN)/pytest

evaluate: $(VENV)/.test
	$(RUN)/python -m train evaluate --split test --check

docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 $(RUN)/python -m mkdocs build

# speed and memory beside the peers → a table and out/benchmark.json (docs/performance.md)
benchmark: $(VENV)/.test
	$(RUN)/python benchmarks/exports.py
	$(RUN)/python benchmarks/run.py

# a real doccano server and client, each in an environment of its own below .venv-doccano
test-doccano: $(VENV)/.test
	$(RUN)/pytest -m doccano tests/annotate

# data sets of many documents, by processes and by a Ray cluster in this machine, with faults
test-scale: $(VENV)/.test
	$(RUN)/pytest -m scale tests/scale

train: $(VENV)/.test
	$(RUN)/python -m train configs/small.cfg

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed; say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --upgrade pip

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet --editable '.[annotate,docs,scale,train,test]'
	touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) .venv-doccano out build dist
