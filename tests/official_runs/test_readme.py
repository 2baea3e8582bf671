"""The Python of the README and of the docs runs as it is written."""

import pathlib
import re
import string

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import checkpoints, models, networks, text

ROOT = pathlib.Path(__file__).parent.parent.parent
TEXTS = ["a good film", "a bad film"] * 4
LABELS = [1, 0] * 4


def blocks(path):
    return re.findall(r"```python\n(.*?)```", path.read_text(), re.DOTALL)


@pytest.fixture
def names(tmp_path, monkeypatch):
    """Gives what the code takes for granted: folders and texts."""
    letters = string.ascii_lowercase
    vocabulary = [
        *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "."),
        *(f"{before}{x}" for before in ("", "##") for x in letters),
    ]
    encoder = networks.TransformerEncoder(
        len(vocabulary), 16, 1, 2, None, 256, intermediate_size=32
    )
    for folder in ("all-MiniLM-L6-v2", "runs/small"):
        encoder.save_to_preset(tmp_path / folder)
        text.BertTokenizer(vocabulary).save_to_preset(tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    dataset = tf.data.Dataset.from_tensor_slices((TEXTS, LABELS)).batch(4)
    context = "a" * 16 + " the answer ."
    return {
        "tf": tf,
        **{"texts": TEXTS, "labels": LABELS, "dataset": dataset},
        **{"dev_texts": TEXTS, "dev_labels": LABELS},
        **{"question": "what", "context": context},
    }


def run(sources, names):
    for source in sources:
        exec(compile(source, "<document>", "exec"), names)


@pytest.mark.slow  # The networks are of real sizes.
def test_the_kit_of_the_readme_runs(names, tmp_path):
    # The last block reads weights of the user's.
    run(blocks(ROOT / "README.md")[:-1], names)
    assert (tmp_path / "film-reviews" / "preprocessor.json").exists()
    encoder = names["network"]
    assert encoder.final_norm is not None
    assert encoder.max_length == 128
    assert not [w.path for w in encoder.weights if "position" in w.path]
    features = {name: x[:2] for name, x in names["features"].items()}
    assert encoder(features)["sequence_output"].shape == (2, 128, 256)


@pytest.mark.slow
def test_the_models_that_read_texts_run(names, tmp_path):
    first, *others, last = blocks(ROOT / "docs" / "texts.md")
    run([first, *others, first, last], names)
    assert len(names["fill"](["a [MASK] b [MASK]"])[0]) == 2
    assert (tmp_path / "film.lora.h5").exists()
    assert names["model"].predict_labels(TEXTS[:2])[0] in ("no", "yes")


def test_weights_leave_and_come_back(names, tmp_path):
    encoder = networks.Encoder.from_preset("runs/small")
    given = models.BertClassifier(encoder, labels=["no", "yes"])
    checkpoints.save_to_hugging_face(given, "a-folder-of-hugging-face")
    run(blocks(ROOT / "docs" / "weights.md"), names)
    for folder in ("exported", "exported-tf1", "exported-hub"):
        found = models.load_model(folder)
        for x, y in zip(found.weights, given.weights, strict=True):
            np.testing.assert_array_equal(x, y)
