"""Presets that older versions wrote are read, and give the same numbers."""

import pathlib

import keras
import numpy as np
import pytest

from nlp_modeling import models, networks

PRESETS = pathlib.Path(__file__).parents[1] / "fixtures" / "presets"
CLASSES = {
    "albert_encoder": networks.AlbertEncoder,
    "bert_classifier": models.BertClassifier,
    "bert_pretrainer": models.BertPretrainer,
    "bert_span_labeler": models.BertSpanLabeler,
    "transformer_encoder": networks.TransformerEncoder,
}


@pytest.mark.parametrize("name", CLASSES)
def test_an_old_preset_gives_the_same_outputs(name):
    model = CLASSES[name].from_preset(PRESETS / name)
    with np.load(PRESETS / name / "outputs.npz") as arrays:
        arrays = dict(arrays)
    features = {x: arrays.pop(f"feature/{x}") for x in model.feature_names}
    found = keras.tree.flatten(model(features))
    assert len(found) == len(arrays) > 0
    for i, x in enumerate(found):
        x = keras.ops.convert_to_numpy(x)
        np.testing.assert_allclose(x, arrays[f"output/{i}"], atol=1e-6)
