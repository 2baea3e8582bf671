"""An exported model needs TensorFlow and tensorflow_text, and nothing else."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import serving
from nlp_modeling.serving import frozen_call
from tests.serving.conftest import LONGEST, TEXTS

TAGS = ["O", "B-person", "I-person", "B-place", "I-place"]
CARD = serving.ModelCard(
    name="Tiny",
    data="Made up.",
    settings={"learning_rate": 3e-5},
    seeds=[0, 1],
    scores={"dev accuracy": 0.5},
)
# Loads each folder, serves the texts, and prints what it got.
_SERVER = """
import json, sys
import tensorflow as tf
import tensorflow_text
texts = json.load(sys.stdin)
answers = []
for folder in sys.argv[1:]:
    serve = tf.saved_model.load(folder).signatures["serving_default"]
    names = serve.structured_input_signature[1]
    outputs = serve(**{name: tf.constant(texts) for name in names})
    answers.append({
        k: [x.decode() for x in v.numpy().ravel()]
        if v.dtype == tf.string else v.numpy().ravel().tolist()
        for k, v in outputs.items()
    })
assert "nlp_modeling" not in sys.modules
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def served(classifier, span_labeler, token_classifier, encoder, tokenizer):
    length = {"sequence_length": LONGEST}
    return {
        "classifier": serving.Classifier(
            classifier, tokenizer, ["a", "b", "c"], **length
        ),
        "reader": serving.Reader(
            span_labeler, tokenizer, 0.0, LONGEST, 5, max_query_length=6
        ),
        "tagger": serving.Tagger(token_classifier, tokenizer, TAGS, **length),
        "embedder": serving.Embedder(encoder(), tokenizer, **length),
    }


@pytest.fixture(scope="module")
def folders(served, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    for name, model in served.items():
        serving.export(model, str(folder / name), CARD)
    return folder


@pytest.mark.slow  # Starts processes.
def test_another_process_serves_the_same(served, folders):
    result = subprocess.run(
        [sys.executable, "-c", _SERVER, *(folders / name for name in served)],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(result.stdout.splitlines()[-1])
    for model, found in zip(served.values(), answers, strict=True):
        wanted = model(*[tf.constant(TEXTS)] * len(model.inputs))
        assert set(found) == set(wanted) == set(model.outputs)
        for name, values in wanted.items():
            values = values.numpy().ravel()
            if values.dtype == object:
                assert found[name] == [value.decode() for value in values]
            else:
                np.testing.assert_allclose(
                    found[name], values, rtol=2e-6, atol=1e-5
                )


@pytest.mark.slow  # Starts processes.
def test_tensorflows_own_program_shows_the_signatures(served, folders):
    """TensorFlow Serving reads these, and offers them to its clients."""
    for name, model in served.items():
        result = subprocess.run(
            [
                *(sys.executable, "-m"),
                "tensorflow.python.tools.saved_model_cli",
                *("show", "--dir", folders / name, "--all"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        _, shown = result.stdout.split("signature_def['serving_default']")
        for kind, names in (("input", model.inputs), ("output", model.outputs)):
            found = re.findall(rf"{kind}s\['(\w+)'\] tensor_info", shown)
            assert sorted(found) == sorted(names)
        assert "Method name is: tensorflow/serving/predict" in shown


def test_a_folder_tells_what_it_holds(folders, tokenizer):
    classifier = folders / "classifier"
    assert (classifier / "labels.txt").read_text() == "a\nb\nc\n"
    vocabulary = (classifier / "vocab.txt").read_text(encoding="utf-8")
    assert vocabulary.split("\n")[:-1] == tokenizer.vocabulary
    assert not (folders / "embedder" / "labels.txt").exists()


def test_the_card_tells_what_the_model_learned_and_takes(folders):
    card = (folders / "reader" / "README.md").read_text(encoding="utf-8")
    for line in (
        "# Tiny",
        "Made up.",
        "- learning_rate: 3e-05",
        "0, 1",
        "- dev accuracy: 0.5",
        "- `answer`: a part of the context, or nothing",
        "- doc_stride: 5",
        f"- tensorflow: {tf.__version__}",
    ):
        assert f"{line}\n" in card
    plain = serving.ModelCard().markdown
    assert "Not measured." in plain(
        type(
            "Served",
            (),
            {"inputs": (), "outputs": {}, "labels": (), "settings": {}},
        )
    )


def test_the_cards_example_runs(folders):
    card = (folders / "classifier" / "README.md").read_text(encoding="utf-8")
    code = card.split("```python\n")[1].split("```")[0]
    exec(code, {"FOLDER": str(folders / "classifier")})


def test_nothing_is_replaced_unless_told(served, folders, monkeypatch):
    folder = folders / "classifier"
    with pytest.raises(FileExistsError):
        serving.export(served["classifier"], str(folder))
    before = sorted(path.name for path in folders.iterdir())

    def fail(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(tf.saved_model, "save", fail)
    with pytest.raises(OSError):
        serving.export(served["classifier"], str(folder), overwrite=True)
    assert sorted(path.name for path in folders.iterdir()) == before
    assert (folder / "labels.txt").exists()


def test_weights_that_no_graph_holds_are_an_error(classifier, monkeypatch):
    monkeypatch.setattr(frozen_call, "_MAX_BYTES", 1000)
    with pytest.raises(ValueError, match="more than 1,000 bytes"):
        frozen_call.frozen_call(classifier)
