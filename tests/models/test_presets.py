"""A model of any kind comes back from its preset as it was."""

import keras
import numpy as np
import pytest

from nlp_modeling import models, networks

MODELS = {
    "classifier": lambda network: models.BertClassifier(network, 3),
    "pretrainer": lambda network: models.BertPretrainer(network),
    "span labeler": models.BertSpanLabeler,
    "token classifier": lambda network: models.BertTokenClassifier(network, 5),
}


def encoder():
    return networks.TransformerEncoder(
        50, 32, 2, 2, None, max_sequence_length=16, intermediate_size=64
    )


@pytest.mark.parametrize("make", MODELS.values(), ids=list(MODELS))
def test_a_preset_holds_every_weight(make, tmp_path):
    model = make(encoder())
    model.save_to_preset(tmp_path)
    again = type(model).from_preset(tmp_path)
    assert [w.path for w in again.weights] == [w.path for w in model.weights]
    for weight, expected in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(weight, expected, weight.path)


def test_what_a_run_computes_in_is_not_the_presets(tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        models.BertClassifier(encoder(), 3).save_to_preset(tmp_path)
    finally:
        keras.config.set_dtype_policy(before)
    again = models.BertClassifier.from_preset(tmp_path)
    assert again.network.transformer_layers[0].compute_dtype == "float32"


def test_of_a_preset_of_another_class_the_encoder_is_taken(tmp_path):
    models.BertSpanLabeler(encoder()).save_to_preset(tmp_path)
    with pytest.raises(ValueError, match="num_classes=None, labels=None"):
        models.BertClassifier.from_preset(tmp_path)
    model = models.BertClassifier.from_preset(tmp_path, num_classes=3)
    assert model.output_shape == (None, 3)
    with pytest.raises(ValueError, match="TransformerEncoder.*BertSpanLabeler"):
        networks.TransformerEncoder.from_preset(tmp_path)
