# make quickstart   the main job, on a machine with nothing but Python 3.11
# make test         the fast tests
# make test-slow test-hostile test-backends test-peers test-tpu test-beam
#                   the heavy ones
# make lint format
PYTHON ?= python3.11
# Python compiles what is imported; pip would compile everything.
PIP = bin/pip install --quiet --no-compile --editable '.[$(EXTRAS)]' --constraint
# A process a core: most of a test is Python, which uses one.
TEST = bin/python -m pytest --quiet --numprocesses=auto --dist=loadfile
# The tests with targets of their own.
NOT_HERE = --ignore=tests/hostile --ignore=tests/peers --ignore=tests/tpu
# The tests that hold on every backend of Keras, and of formats those that it
# reads without TensorFlow.
KIT_TESTS = tests/layers tests/networks tests/models tests/losses \
  tests/conformance $(addprefix tests/checkpoints/test_, exactness.py \
  hugging_face_families.py encoder_from_hugging_face.py)

.PHONY: quickstart test test-slow test-hostile test-backends test-peers test-tpu test-beam \
  install-all fixtures lint format clean

# A folder is made once; `make clean` or another QUICKSTART starts anew.
QUICKSTART ?= quickstart
DOCS = $(QUICKSTART)/docs
RUN = .venv/bin/python -m official_runs
# Which library does a docstring document?
CLASSIFY = $(RUN).run_classifier --task=library_docs --num_train_epochs=2 \
  --train_file=$(DOCS)/labels/train.jsonl --eval_file=$(DOCS)/labels/dev.jsonl

quickstart: $(QUICKSTART)/train/.made $(QUICKSTART)/dev/.made
	$(RUN).run_pretraining --gin_file=networks/modern_tiny.gin \
	  --gin_file=runs/quickstart.gin --vocab_file=$(QUICKSTART)/vocab.txt \
	  --input_files='$(QUICKSTART)/train/*.tfrecord' \
	  --eval_files='$(QUICKSTART)/dev/*.tfrecord' --model_dir=$(QUICKSTART)/run
	$(CLASSIFY) --init_checkpoint=$(QUICKSTART)/run \
	  --model_dir=$(QUICKSTART)/classifier
	$(CLASSIFY) --gin_file=networks/modern_tiny.gin \
	  --vocab_file=$(QUICKSTART)/vocab.txt --model_dir=$(QUICKSTART)/from_scratch
	$(RUN).export_model --model_dir=$(QUICKSTART)/classifier \
	  --model_export_path=$(QUICKSTART)/served --overwrite
	$(RUN).quickstart --model_dir=$(QUICKSTART)/run \
	  --train_files='$(QUICKSTART)/train/*.tfrecord' \
	  --eval_files='$(QUICKSTART)/dev/*.tfrecord' \
	  --classifier_dir=$(QUICKSTART)/classifier \
	  --from_scratch_dir=$(QUICKSTART)/from_scratch \
	  --model_export_path=$(QUICKSTART)/served \
	  --labels_file=$(DOCS)/labels/dev.jsonl --output_dir=$(QUICKSTART)

$(DOCS)/corpus/train.txt: | .venv/.installed
	$(RUN).create_library_docs --output_dir=$(DOCS) --overwrite

$(QUICKSTART)/vocab.txt: $(DOCS)/corpus/train.txt
	$(RUN).learn_vocabulary --input_files=$< --vocab_size=8000 \
	  --output_file=$@ --overwrite

$(QUICKSTART)/%/.made: $(QUICKSTART)/vocab.txt
	$(RUN).create_pretraining_data --input_file=$(DOCS)/corpus/$*.txt \
	  --vocab_file=$< --masking=dynamic --nouse_next_sentence_label \
	  --packed --num_shards=2 --output_dir=$(QUICKSTART)/$* --overwrite
	touch $@

test: .venv/.installed
	.venv/$(TEST) -m 'not slow' $(NOT_HERE)

# Long runs, and real data where it is at hand.
test-slow: .venv/.installed
	.venv/$(TEST) -m slow $(NOT_HERE)

# Bad inputs, kills, damaged folders and files, hard strings.
test-hostile: .venv/.installed
	.venv/$(TEST) tests/hostile

# JAX would take most of the time to optimize what runs once.
test-backends: .venv-hub/.installed
	KERAS_BACKEND=jax JAX_DISABLE_MOST_OPTIMIZATIONS=1 \
	  .venv-hub/$(TEST) $(KIT_TESTS)
	KERAS_BACKEND=torch .venv-hub/$(TEST) $(KIT_TESTS)

# Each peer skips where another is installed: they cannot share an environment.
test-peers: .venv-hub/.installed .venv-garden/.installed
	.venv-hub/$(TEST) tests/peers
	.venv-garden/$(TEST) tests/peers

# Compiled for TPUs, of which none is needed. The tests are few, and in one file.
test-tpu: .venv-tpu/.installed
	.venv-tpu/$(TEST) --dist=load tests/tpu

# Apache Beam's local runner beside our own.
test-beam: .venv-beam/.installed
	.venv-beam/$(TEST) tests/official_runs/test_create_pretraining_data.py -k beam

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
.venv-tpu/.installed: EXTRAS = test,tpu-compile
.venv-beam/.installed: EXTRAS = test,beam

install-all: .venv-hub/.installed .venv-garden/.installed \
  .venv-beam/.installed .venv-tpu/.installed .venv/.installed

.venv/.installed .venv-hub/.installed .venv-garden/.installed \
.venv-tpu/.installed: setup.py constraints.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/$(PIP) constraints.txt
	touch $@

# Beam wants protobuf before 7.
.venv-beam/.installed: setup.py constraints.txt
	$(PYTHON) -m venv $(@D)
	grep -v '^protobuf' constraints.txt >$(@D)/constraints.txt
	$(@D)/$(PIP) $(@D)/constraints.txt
	touch $@

clean:
	rm -rf .venv .venv-hub .venv-garden .venv-tpu .venv-beam build quickstart \
	  *.egg-info
