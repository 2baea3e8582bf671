"""A model of texts answers the same on every backend, without TensorFlow."""

import importlib.util
import json
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from nlp_modeling import models, networks, text
from tests.text import byte_pairs

ROOT = pathlib.Path(__file__).parent.parent.parent
VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("good", "bad", "cafe", "film", "##s", ".", "é", "日"),
]
TEXTS = ["Good films.", "", "bad Café 日本 . . film", "x" * 101 + " good"]
PROGRAM = """
import json, sys
if {backend!r} != "tensorflow":
    sys.modules["tensorflow"] = sys.modules["tensorflow_text"] = None
import keras, numpy as np
from nlp_modeling import models
assert keras.backend.backend() == {backend!r}
for folder in {folders!r}:
    model = models.BertClassifier.from_preset(folder)
    ids = model.preprocessor({texts!r})["input_word_ids"]
    scores = model.predict({texts!r}, verbose=0)
    model.fit({texts!r}, ["no", "yes"] * 2, verbose=0)
    print(json.dumps([np.array(ids).tolist(), scores.tolist()]))
"""


def classifier(tokenizer):
    network = networks.TransformerEncoder(
        *(tokenizer.vocab_size, 8, 2, 2, None),
        intermediate_size=16,
        max_sequence_length=12,
    )
    return models.BertClassifier(
        network,
        labels=["no", "yes"],
        preprocessor=text.BertPreprocessor(tokenizer, 12),
    )


@pytest.mark.skipif(
    keras.backend.backend() != "jax",
    reason="JAX's run compares the three backends",
)
@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_ids_and_scores_are_equal(tmp_path, backend):
    for needed in (backend, "tokenizers"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    keras.utils.set_random_seed(1)
    tokenizers = [text.BertTokenizer(VOCABULARY), byte_pairs.tokenizer()]
    saved = {}
    for number, tokenizer in enumerate(tokenizers):
        folder = str(tmp_path / str(number))
        saved[folder] = classifier(tokenizer)
        saved[folder].save_to_preset(folder)
    program = PROGRAM.format(backend=backend, folders=list(saved), texts=TEXTS)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"KERAS_BACKEND": backend, "PATH": "", "HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()[-len(saved) :]
    for model, line in zip(saved.values(), lines, strict=True):
        ids, scores = json.loads(line)
        wanted = np.array(model.preprocessor(TEXTS)["input_word_ids"])
        assert ids == wanted.tolist()
        wanted = model.predict(TEXTS, verbose=0)
        np.testing.assert_allclose(scores, wanted, atol=1e-5)
