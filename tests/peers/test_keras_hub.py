"""Presets of KerasHub come in, and ours go out, with equal outputs."""

import keras
import numpy as np
import pytest

from nlp_modeling import checkpoints, models
from official_runs.finetuning.convert import convert
from tests.checkpoints import test_keras_hub
from tests.checkpoints.same_model import assert_same_weights
from tests.peers.test_hugging_face_models import features

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def hub():
    return pytest.importorskip("keras_hub")


def their_model(hub, classes):
    """A small model with weights that are nowhere 0 or 1."""
    model = hub.models.BertBackbone(
        vocabulary_size=20,
        num_layers=2,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=12,
        max_sequence_length=16,
        num_segments=3,
    )
    if classes:
        tokenizer = hub.models.BertTokenizer(
            test_keras_hub.VOCABULARY, lowercase=True, strip_accents=True
        )
        preprocessor = hub.models.BertTextClassifierPreprocessor(tokenizer, 12)
        model = hub.models.BertTextClassifier(
            model, num_classes=classes, preprocessor=preprocessor
        )
    drawn(model)
    return model


def drawn(model):
    draw = np.random.default_rng(2)
    for weight in model.weights:
        weight.assign(weight + 0.3 * draw.normal(size=weight.shape))


def difference(ours, theirs):
    given = features()
    found = ours(given)
    wanted = theirs(
        {
            "token_ids": given["input_word_ids"],
            "padding_mask": given["input_mask"],
            "segment_ids": given["input_type_ids"],
        }
    )
    if isinstance(wanted, dict):
        found = [found[name] for name in wanted]
        wanted = list(wanted.values())
    else:
        found, wanted = [found], [wanted]
    largest = max(
        np.abs(keras.ops.convert_to_numpy(x - y)).max()
        for x, y in zip(found, wanted, strict=True)
    )
    print(largest)
    return largest


@pytest.mark.parametrize("classes", [0, 1, 3])
def test_their_model_comes_in(hub, classes, tmp_path):
    theirs = their_model(hub, classes)
    theirs.save_to_preset(str(tmp_path / "theirs"))
    ours = models.load_model(tmp_path / "theirs")
    assert difference(ours, theirs) < TOLERANCE
    texts = ["GOOD goodly", "é good"]
    if classes:
        found = ours.preprocessor(texts)["input_word_ids"]
        wanted = theirs.preprocessor(texts)["token_ids"]
        np.testing.assert_array_equal(found, wanted)
    # And out again, in both systems bit by bit.
    checkpoints.save_to_keras_hub(ours, tmp_path / "ours")
    again = type(theirs).from_preset(str(tmp_path / "ours"))
    for found, wanted in zip(again.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(found, wanted)
    if classes:
        found = again.preprocessor(texts)["token_ids"]
        wanted = theirs.preprocessor(texts)["token_ids"]
        np.testing.assert_array_equal(found, wanted)


def test_ours_goes_out(hub, tmp_path):
    ours = test_keras_hub.classifier()
    checkpoints.save_to_keras_hub(ours, tmp_path)
    theirs = hub.models.BertTextClassifier.from_preset(str(tmp_path))
    assert difference(ours, theirs) < TOLERANCE
    theirs = hub.models.BertBackbone.from_preset(str(tmp_path))
    assert difference(ours.network, theirs) < TOLERANCE
    assert_same_weights(models.load_model(tmp_path), ours)


def test_a_masked_lm_comes_in_and_goes_out(hub, tmp_path):
    theirs = hub.models.BertMaskedLM(their_model(hub, 0))
    drawn(theirs)
    theirs.save_to_preset(str(tmp_path / "theirs"))
    ours = models.load_model(tmp_path / "theirs")
    given = features()
    positions = np.array([[3, 0, 2]] * 4, "int32")
    wanted = theirs(
        {
            "token_ids": given["input_word_ids"],
            "padding_mask": given["input_mask"],
            "segment_ids": given["input_type_ids"],
            "mask_positions": positions,
        }
    )
    found = ours({**given, "masked_lm_positions": positions})["masked_lm"]
    largest = np.abs(keras.ops.convert_to_numpy(found - wanted)).max()
    print(largest)
    assert largest < TOLERANCE
    checkpoints.save_to_keras_hub(ours, tmp_path / "ours")
    again = hub.models.BertMaskedLM.from_preset(
        str(tmp_path / "ours"), preprocessor=None
    )
    for found, wanted in zip(again.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(
    "make",
    [
        test_keras_hub.classifier,
        test_keras_hub.encoder,
        test_keras_hub.masked_lm,
    ],
)
def test_convert_checkpoint_compares_the_outputs(hub, make, tmp_path, capsys):
    make().save_to_preset(tmp_path / "source")
    convert(str(tmp_path / "source"), "keras_hub", str(tmp_path / "o"), True)
    assert f"keras_hub {hub.__version__}:" in capsys.readouterr().out
