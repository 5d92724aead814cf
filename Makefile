# Xinsheng 心声. `make help` lists what there is.
PYTHON ?= python3
PORT ?= 8501
SEED ?= 1
PY := .venv/bin/python
export PYTHONUTF8 := 1
# Where it is set, every start of the app, a command or a test compiles all modules again: a second each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-findings bench-import bench-upload bench-text bench-tags study bench-page bench-ui privacy screenshots demo fuzz crash clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: .venv/.runtime  ## set up, load the sample data on first start, open the app (PORT=8501)
	@$(PY) -m analysis demo
	@echo "Xinsheng 心声: http://localhost:$(PORT)"
	@$(PY) -m streamlit run streamlit_app.py --server.port $(PORT)

test: .venv/.development  ## set up, install a browser and LibreOffice if none is there, run the whole suite
	@$(PY) -m tests.browser.chromium
	@$(PY) -m tests.report.libreoffice
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/.development  ## lint and look for formatting slips
	@$(PY) -m ruff check .

bench: .venv/.development  ## ten million answers and a million-row file, against raw SQL and pandas
	@$(PY) -m tests.bench.bench_histogram
	@$(PY) -m tests.bench.bench_findings
	@$(PY) -m tests.bench.bench_import

bench-findings: .venv/.development  ## the whole list of findings over ten million answers, beside one table scan
	@$(PY) -m tests.bench.bench_findings

study: .venv/.development  ## coverage of intervals, false and true findings on simulated data, into docs/statistics.md
	@$(PY) -m tests.study

bench-import: .venv/.development  ## a million survey rows into the store, beside pandas that only reads them
	@$(PY) -m tests.bench.bench_import

bench-upload: .venv/.development  ## a million survey rows through the page, and the memory it takes
	@$(PY) -m tests.bench.bench_upload

bench-text: .venv/.development  ## comments read a second, beside SnowNLP
	@$(PY) -m tests.bench.bench_text

bench-tags: .venv/.development  ## headline numbers by tag over ten million answers, kept and worked out anew
	@$(PY) -m tests.bench.bench_tags

bench-page: .venv/.development  ## how soon the overview shows its first number
	@$(PY) -m tests.bench.bench_page

bench-ui: .venv/.development  ## warm visit, filter change and 20 viewers over ten million answers, in a real Chromium
	@$(PY) -m tests.browser.chromium
	@$(PY) -m tests.bench.bench_ui

privacy: .venv/.development  ## how much personal data is found, and what is taken for it
	@$(PY) -m tests.privacy.measure

fuzz: .venv/.development  ## 10,000 random CSVs and 500 damaged workbooks: each read or refused, no row lost (SEED=1)
	@$(PY) -m tests.fuzz --csv 10000 --xlsx 500 --seed $(SEED)

crash: .venv/.development  ## kill -9 in the middle of a hundred imports; nothing may be half there
	@$(PY) -m tests.fuzz.kill --imports 100

screenshots: .venv/.development  ## pictures of every page, into docs/images (ALL=folder: at all sizes, themes, languages)
	@$(PY) -m tests.browser.chromium
	@$(PY) -m tests.browser.screenshots $(if $(ALL),--all $(ALL))

demo: .venv/.runtime  ## load the sample data into the store without opening the app
	@$(PY) -m analysis demo

clean:  ## remove the environment; the store under var/ stays
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "No venv module: on Debian and Ubuntu install python3-venv first."; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Setting up .venv (once, about a minute) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.development: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Setting up .venv for the tests (once) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch .venv/.runtime $@
