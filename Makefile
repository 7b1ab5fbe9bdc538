# The first run makes .venv with everything in it; later runs begin at once.
PYTHON ?= python3
UV := $(shell sed -n 's/.*"\(uv==[0-9.]*\)".*/\1/p' pyproject.toml)
SETUP := .venv/.set-up
BIN := .venv/bin
# one process more than there are processors: many tests wait for a server or another process
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# what is tried at random, and more often by the profile `soak`
SOAKED := case_machine listing_machine contradictions clusters past undoing_recalls judging_again restorations conservation trying rulebook inbox
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# or every program that a test starts would compile the sources anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check soak bench bench-city bench-law bench-names clean

demo: $(SETUP) ## the whole way on sample_data/; ARGS=--no-serve ends by itself
	$(BIN)/chengxin demo $(ARGS)

test: $(SETUP) ## ARGS="tests/test_docs.py -k tour" runs some
	$(BIN)/python -m pytest $(or $(ARGS),-n $(WORKERS) --dist worksteal)

check: $(SETUP)
	$(BIN)/uv lock --check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_docs.py

soak: $(SETUP) ## ten thousand bad files, hundreds of kills: an hour
	$(BIN)/python -m tests.fuzz
	$(BIN)/python -m tests.crash
	$(BIN)/python -m tests.crash --home postgresql
	$(BIN)/python -m pytest --hypothesis-profile=soak $(SOAKED:%=tests/test_%.py)

bench: $(SETUP) ## in both homes
	$(BIN)/python -m tests.bench spine --out docs/benchmarks.md
	$(BIN)/python -m tests.bench spine --home postgresql --out docs/benchmarks.md

bench-city: $(SETUP) ## the whole city, 9,000,000 records, in both homes; some 25 GB in bench/
	$(BIN)/python -m tests.bench.city --out docs/benchmarks.md
	$(BIN)/python -m tests.bench.city --home postgresql --out docs/benchmarks.md

bench-law: $(SETUP) ## in both homes
	$(BIN)/python -m tests.bench.law --out docs/benchmarks.md
	$(BIN)/python -m tests.bench.law --home postgresql --out docs/benchmarks.md

bench-names: $(SETUP)
	$(BIN)/python -m tests.bench.name_quality --out docs/benchmarks.md
	$(BIN)/python -m tests.bench.name_speed --out docs/benchmarks.md
	$(BIN)/python -m tests.bench.name_speed --home postgresql --only search --out docs/benchmarks.md

clean:
	rm -rf .venv demo bench .hypothesis .*_cache

$(SETUP): pyproject.toml uv.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	$(BIN)/uv sync --frozen --compile-bytecode
	touch $@
