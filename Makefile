# Everything a newcomer needs: `make demo` shows it, `make test` proves it, `make check` is what CI runs first.

PYTHON ?= python3
UV ?= uv
# Tests share nothing but the machine: each of these processes has a PostgreSQL of its own.
TEST_PROCESSES ?= 2

# What is compiled is kept, whatever the machine says: the tests start some hundred times what would be compiled each time.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
STAMP := .venv/.made-from-the-locks
LOCKS := deploy/requirements/dev.txt
BROWSER_FILES := services/claims/browser_files/packages.json
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: setup demo up test fuzz check bench soak lock wheel clean

setup: $(STAMP) $(BROWSER_FILES)  ## build .venv from the hash-locked requirements, fetch what pages load in a browser

$(STAMP): $(LOCKS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@echo "Building .venv (the first time this downloads packages)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP_INSTALL) --require-hashes --requirement $(LOCKS)
	@$(PIP_INSTALL) --no-build-isolation --no-index --editable .
	@touch $@

# By the machine's configuration of npm; where there is no npm, by that of a wheel of Node.
$(BROWSER_FILES): $(STAMP) $(wildcard deploy/assets/*.json deploy/assets/*.py deploy/assets/docs/*)
	@echo "Fetching the scripts of the pages"
	@$(BIN)/python deploy/assets/install.py .venv/share/axe-core
	@touch $@

demo: setup  ## play an accident from its report to the payment; Ctrl-C stops everything
	@$(BIN)/anze demo

up: setup  ## start PostgreSQL and all processes; Ctrl-C stops everything
	@$(BIN)/anze up

# The long ones first, so that both processes end together.
ON_18 := tests/faults tests/acceptance tests/fuzz tests/integration tests/unit tests/contract tests/architecture
# What depends on the version: statements, races, plans, migrations, and a machine as a whole. The tests of commands are not among
# it, which send only the appends and loads of event_store, nor those of files, which are made of what test_march reads.
ON_16 := tests/faults/test_rebuild.py $(addprefix tests/integration/,event_store sla_watch projections board reporting/test_march.py periods subjects \
	alerts/test_delivery.py alerts/test_row_level_security.py alerts/test_migrations.py)

test: setup  ## every test on PostgreSQL 18, then what depends on the database again on 16
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder $(ON_18)
	ANZE_TEST_POSTGRES=16 $(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder $(ON_16)

# FUZZ="--steps 500 --seed 7 --processes 1" plays others, or those that a seed stands for once more.
fuzz: setup  ## play random histories of 50,000 steps against an independent model of the regulation
	@$(BIN)/python -m tests.fuzz.run $(FUZZ)

check: setup  ## style, types, layers, schemas, sizes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture tests/contract

bench: setup  ## measure the write path, the watch, the way from a deadline to a receiver, and the board with 100,000 claims
	$(BIN)/pytest -q -s tests/bench

SOAK_PRODUCERS ?= 20
SOAK_ENDPOINTS ?= 20
SOAK_ALERTS ?= 1000
SOAK_KILLS ?= 5
SOAK_SEND_SECONDS ?= 2

soak: setup  ## unreliable receivers and kill -9, 20,000 deliveries (`make test` runs a small one); prints the counts
	ANZE_SOAK_PRODUCERS=$(SOAK_PRODUCERS) ANZE_SOAK_ENDPOINTS=$(SOAK_ENDPOINTS) ANZE_SOAK_ALERTS=$(SOAK_ALERTS) \
		ANZE_SOAK_KILLS=$(SOAK_KILLS) ANZE_SOAK_SEND_SECONDS=$(SOAK_SEND_SECONDS) $(BIN)/pytest -q -s tests/faults/test_soak.py

wheel: setup  ## build the wheel that the image installs
	$(BIN)/python -m hatchling build -t wheel

lock:  ## resolve the requirements anew (needs uv); keeps the versions that are locked, unless UV_FLAGS=--upgrade
	$(COMPILE) $(UV_FLAGS) pyproject.toml --output-file deploy/requirements/runtime.txt
	$(COMPILE) $(UV_FLAGS) deploy/requirements/build.in --output-file deploy/requirements/build.txt
	$(COMPILE) $(UV_FLAGS) pyproject.toml --group dev deploy/requirements/build.in \
		--constraints deploy/requirements/runtime.txt --constraints deploy/requirements/build.txt \
		--output-file deploy/requirements/dev.txt

clean:  ## remove what was built here
	rm -rf services/*/browser_files .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
