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
model = models.BertClassifier.from_preset({folder!r})
ids = model.preprocessor({texts!r})["input_word_ids"]
scores = model.predict({texts!r}, verbose=0)
model.fit({texts!r}, ["no", "yes"] * 2, verbose=0)
print(json.dumps([np.array(ids).tolist(), scores.tolist()]))
"""


@pytest.mark.parametrize("kind", ["word pieces", "byte pairs"])
@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_ids_and_scores_are_equal(tmp_path, backend, kind):
    for needed in (backend, "tokenizers"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    keras.utils.set_random_seed(1)
    sizes = {"intermediate_size": 16, "max_sequence_length": 12}
    is_of_words = kind == "word pieces"
    tokenizer = (
        text.BertTokenizer(VOCABULARY)
        if is_of_words
        else byte_pairs.tokenizer()
    )
    model = models.BertClassifier(
        networks.TransformerEncoder(
            tokenizer.vocab_size, 8, 2, 2, None, **sizes
        ),
        labels=["no", "yes"],
        preprocessor=text.BertPreprocessor(tokenizer, 12),
    )
    model.save_to_preset(tmp_path)
    program = PROGRAM.format(backend=backend, folder=str(tmp_path), texts=TEXTS)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"KERAS_BACKEND": backend, "PATH": "", "HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    ids, scores = json.loads(done.stdout.splitlines()[-1])
    assert ids == np.array(model.preprocessor(TEXTS)["input_word_ids"]).tolist()
    expected = model.predict(TEXTS, verbose=0)
    np.testing.assert_allclose(scores, expected, atol=1e-5)
