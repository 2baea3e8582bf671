# make quickstart   the main job, on a machine with nothing but Python 3.11
# make test         the fast tests
# make test-backends, test-peers, test-data   the heavy ones
# make lint, format
PYTHON ?= python3.11
PIP = bin/pip install --quiet --constraint constraints.txt --editable
TEST = bin/python -m pytest --quiet
# The tests that hold on every backend of Keras.
KIT_TESTS = tests/layers tests/networks tests/models tests/losses \
  tests/conformance

.PHONY: test test-backends test-peers lint format clean

test: .venv/.installed
	.venv/$(TEST) -m 'not slow' --ignore=tests/peers

test-backends: .venv-extras/.installed
	KERAS_BACKEND=jax .venv-extras/$(TEST) $(KIT_TESTS)
	KERAS_BACKEND=torch .venv-extras/$(TEST) $(KIT_TESTS)

test-peers: .venv-extras/.installed
	.venv-extras/$(TEST) tests/peers

lint: .venv/.installed
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: .venv/.installed
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.venv/.installed: setup.py constraints.txt
	$(PYTHON) -m venv .venv
	.venv/$(PIP) '.[test]'
	touch $@

# Several gigabytes: the other backends and the peers.
.venv-extras/.installed: setup.py constraints.txt
	$(PYTHON) -m venv .venv-extras
	.venv-extras/$(PIP) '.[test,jax,torch,garden,hub,hf]'
	touch $@

clean:
	rm -rf .venv .venv-extras build *.egg-info
