# make run | test | fuzz | validate | lint | fix | wheel: each builds the .venv it needs; only python3.11+, make and git are asked.
# make soak | bench | bench-worker | bench-peers | corpus: docs/reliability.md, docs/performance.md, docs/scaling.md and docs/corpus.md say what they do and ask besides.
.PHONY: run test browser soak stores fuzz fuzz-published validate lint fix wheel bench bench-worker bench-peers corpus clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

run: .venv/.serving
	@$(BIN)/mockade serve $(ARGS)

test: .venv/.developing
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

# The console played in Debian's Chromium (apt-get install chromium; MOCKADE_CHROMIUM names another), and its pictures for
# docs/console.md: PICTURES=1.
browser: .venv/.browsing
	MOCKADE_BROWSER=1 MOCKADE_PICTURES=$(PICTURES) $(BIN)/python -m pytest tests/browser tests/console $(ARGS)

# Kills, full disks, clock jumps, thousands of connections and a million requests, and what was lost of it (nothing): writes
# the tables of docs/reliability.md. ARGS='--help' says what can be chosen; a few rounds of each are in `test`.
soak: .venv/.developing
	@PYTHONPATH=. $(BIN)/python -m benchmarks.reliability $(ARGS)

# The promises of every API and the control API again, with their worlds in a store of each kind; Redis's needs redis-server.
# What is left out reads a world's journal in its own process, or turns a loop of its own.
stores: .venv/.developing
	for store in memory redis; do MOCKADE_TEST_STORE=$$store $(BIN)/python -m pytest -n auto tests/test_promises.py \
		tests/control tests/worlds/test_waits.py --ignore tests/control/test_event_stream.py \
		--ignore tests/control/test_documents.py \
		--deselect tests/control/test_moving.py::test_each_operation_answers_there_as_it_would_have_here $(ARGS) \
		|| exit 1; done

# What chance decides, at length: RallyHere's state machine with over 100,000 steps (and by two workers), Schemathesis with
# 44 times its budget, and as many more schemas for the checks and the jsonschema library to agree on.
FUZZ ?= 44
fuzz: .venv/.developing
	MOCKADE_FUZZ=$(FUZZ) $(BIN)/python -m pytest -n auto tests/test_schemathesis.py tests/apis/test_rallyhere_machine.py \
		tests/stores/test_rallyhere.py tests/contract/test_differential.py $(ARGS)

# Contracts as they were published: ARGS names their files, which nothing here downloads (docs/published.md).
fuzz-published: .venv/.developing
	PYTHONHASHSEED=0 $(BIN)/python -m tests.published $(ARGS)

validate: .venv/.serving
	@$(BIN)/mockade validate --second-opinion --fail-on warning $(ARGS)

lint: .venv/.developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/.developing
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: .venv/.serving
	$(PIP) wheel --no-deps --wheel-dir dist .

bench: .venv/.serving
	@PYTHONPATH=. $(BIN)/python -m benchmarks $(ARGS)

# What a worker holds, and what its calls cost (docs/scaling.md): wrk and HAProxy are asked, or --no-costs, --no-balancer.
bench-worker: .venv/.serving
	@PYTHONPATH=. $(BIN)/python -m benchmarks.holding $(ARGS)

bench-peers:
	@command -v npm > /dev/null || { echo "The peers come from npm, which is not installed: Node 20 or newer brings it." >&2; exit 2; }
	npm install --prefix benchmarks/peers --no-package-lock --no-audit --no-fund --loglevel=error

# The contracts take 420 MB. ARGS='--peers' asks for `make bench-peers` besides.
corpus: .venv/.serving
	@command -v npm > /dev/null || { echo "The contracts come from npm, which is not installed: Node 20 or newer brings it." >&2; exit 2; }
	@npm install --prefix benchmarks/corpus --no-package-lock --no-audit --no-fund --loglevel=error
	@PYTHONPATH=. $(BIN)/python -m benchmarks.corpus $(ARGS)

clean:
	rm -rf .venv dist build benchmarks/results benchmarks/peers/node_modules benchmarks/corpus/node_modules

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Mockade needs Python 3.11 or newer. Install it, or say where it is: make PYTHON=/path/to/python3 …" >&2; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv" >&2; rm -rf .venv; exit 2; }

# What serving needs, and no more.
.venv/.serving: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing what serving needs into .venv …"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

# What developing needs besides.
.venv/.developing: .venv/.serving
	@echo "Installing what developing needs into .venv …"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

# A browser's driver besides.
.venv/.browsing: .venv/.developing
	@$(PIP) install -c constraints.txt -e '.[dev,browser]'
	@touch $@
