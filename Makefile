# make quickstart   the main job, on a machine with nothing but Python 3.11
# make test         the fast tests
# make test-backends, test-peers, test-data   the heavy ones
# make lint, format
PYTHON ?= python3.11
PIP = bin/pip install --quiet --constraint constraints.txt --editable
TEST = bin/python -m pytest --quiet
# The tests that hold on every backend of Keras.
KIT_TESTS = tests/layers tests/networks tests/models tests/losses \
  tests/checkpoints tests/conformance

.PHONY: test test-backends test-peers fixtures lint format clean

test: .venv/.installed
	.venv/$(TEST) -m 'not slow' --ignore=tests/peers

test-backends: .venv-hub/.installed
	KERAS_BACKEND=jax .venv-hub/$(TEST) $(KIT_TESTS)
	KERAS_BACKEND=torch .venv-hub/$(TEST) $(KIT_TESTS)

# Each peer skips where another is installed: they cannot share an environment.
test-peers: .venv-hub/.installed .venv-garden/.installed
	.venv-hub/$(TEST) tests/peers
	.venv-garden/$(TEST) tests/peers

fixtures: .venv-hub/.installed .venv-garden/.installed
	.venv-hub/bin/python -m tests.fixtures.make
	.venv-garden/bin/python -m tests.fixtures.make

lint: .venv/.installed
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: .venv/.installed
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# Several gigabytes: the other backends and the peers.
.venv/.installed: EXTRAS = test
.venv-hub/.installed: EXTRAS = test,jax,torch,hub,hf,minilm
.venv-garden/.installed: EXTRAS = test,garden

.venv/.installed .venv-hub/.installed .venv-garden/.installed: \
    setup.py constraints.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/$(PIP) '.[$(EXTRAS)]'
	touch $@

clean:
	rm -rf .venv .venv-hub .venv-garden build *.egg-info
