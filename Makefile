# `make serve` and `make test` are all a newcomer needs; the rest is for those who work on Dragoman.
# Without make: docs/install.md.
PYTHON ?= python3
PORT ?= 8000
NEWEST ?= python3.14
BIN := .venv/bin
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: serve demo test check newest clients format lock models clean

serve: .venv/.serve
	$(BIN)/dragoman serve --port $(PORT)

demo: .venv/.serve
	$(BIN)/dragoman serve --demo --port $(PORT)

test: .venv/.test clients
	$(BIN)/python scripts/test.py

check: .venv/.test
	$(BIN)/python scripts/test.py --checks-only

# The tests of the rooms without weights on another Python, from the same lock: make newest NEWEST=python3.13
newest: .venv/.test
	$(BIN)/uv venv --quiet --clear --python $(NEWEST) .venv-newest
	$(BIN)/uv pip sync --quiet --require-hashes --no-build --python .venv-newest/bin/python requirements-dev.txt
	PYTHONPATH=src .venv-newest/bin/python -m pytest -q -m "not model and not slow" tests/domain tests/wire tests/api tests/serving tests/audio tests/images

clients: .venv-clients/.made tests/clients/node_modules/.made console/node_modules/.made

format: .venv/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

models: .venv/.serve
	$(BIN)/dragoman models pull

lock: .venv/.test
	$(UV_COMPILE) requirements-dev.in -o requirements-dev.txt
	$(UV_COMPILE) -c requirements-dev.txt requirements.in -o requirements.txt
	$(UV_COMPILE) -c requirements-dev.txt requirements-fast.in -o requirements-fast.txt
	$(UV_COMPILE) -c requirements-dev.txt requirements-traces.in -o requirements-traces.txt
	$(UV_COMPILE) requirements-cuda.in -o requirements-cuda.txt
	$(UV_COMPILE) -c requirements-dev.txt requirements-postgres.in -o requirements-postgres.txt
	$(UV_COMPILE) requirements-clients.in -o requirements-clients.txt

clean:
	rm -rf .venv .venv-clients .venv-newest .coverage tests/clients/node_modules console/node_modules

.venv/.serve: requirements.txt pyproject.toml
	@sh scripts/bootstrap.sh $(PYTHON)
	@touch $@

.venv/.test: requirements-dev.txt .venv/.serve
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	touch $@

.venv-clients/.made: requirements-clients.txt | .venv/.test
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-clients
	$(BIN)/uv pip sync --quiet --require-hashes --no-build --python .venv-clients/bin/python requirements-clients.txt
	touch $@

tests/clients/node_modules/.made: tests/clients/package-lock.json
	if command -v npm >/dev/null; then npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "No npm here: clients that run on Node will not be tested."; fi

# What the console is made and tested with; what it is itself lies in src/dragoman/api/web and needs none of it.
console/node_modules/.made: console/package-lock.json
	if command -v npm >/dev/null; then npm ci --prefix console --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "No npm here: the console will not be tested."; fi
