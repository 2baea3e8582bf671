"""The generator replaces words, and the network tells which."""

import keras
import numpy as np

from nlp_modeling import layers, models
from tests.conformance.cases import (
    ENCODING,
    GENERATOR,
    IDS,
    MASKS,
    V,
    encoder,
    modern_bert,
)
from tests.gradients import outputs_and_gradients


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def features():
    return {**ENCODING, **MASKS}


def test_words_are_drawn_as_often_as_they_are_likely():
    logits = np.array([1.0, 0.0, -1.0, 2.0], "float32")
    many = np.tile(logits, (40, 500, 1))
    drawn = array(layers.DrawWords()(many, training=True))
    shares = np.bincount(drawn.ravel(), minlength=4) / drawn.size
    wanted = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(shares, wanted, atol=0.015)


def test_training_draws_others_each_time_and_a_measurement_the_same():
    layer, logits = layers.DrawWords(), np.zeros((3, 20, 50), "float32")
    drawn = [array(layer(logits, training=True)) for _ in "ab"]
    assert (drawn[0] != drawn[1]).mean() > 0.9
    measured = [array(layer(logits, training=False)) for _ in "ab"]
    np.testing.assert_array_equal(*measured)


def test_words_are_put_where_there_is_a_weight():
    words = np.arange(10, 20).reshape(2, 5)
    found = layers.put_words(
        words,
        np.array([[1, 2, 3], [4, 5, 6]]),
        np.array([[4, 0, 0], [2, 1, 2]], "int32"),
        np.array([[1, 1, 0], [1, 0, 0]], "float32"),
    )
    wanted = [[2, 11, 12, 13, 1], [15, 16, 4, 18, 19]]
    np.testing.assert_array_equal(array(found), wanted)


def test_labels_say_which_masked_words_were_drawn_otherwise():
    model = models.ElectraPretrainer(encoder(), GENERATOR)
    outputs = model(features())
    drawn = array(layers.DrawWords()(outputs["masked_lm"]))
    positions, weights = (
        MASKS["masked_lm_positions"],
        MASKS["masked_lm_weights"],
    )
    wanted = np.zeros(IDS.shape)
    for row, column in np.argwhere(weights > 0):
        is_other = drawn[row, column] != MASKS["masked_lm_ids"][row, column]
        wanted[row, positions[row, column]] = is_other
    assert 0 < wanted.sum()
    labels = array(outputs["replaced_tokens"])[..., 1]
    np.testing.assert_array_equal(labels, wanted)


def test_both_share_one_table_and_no_gradient_goes_through_the_draw():
    model = models.ElectraPretrainer(encoder(), GENERATOR)
    tables = [w for w in model.weights if w.shape[0] == V and len(w.shape) > 1]
    assert len(tables) == 1
    _, gradients = outputs_and_gradients(
        model,
        features(),
        lambda outputs, add: add(outputs["replaced_tokens"][..., 0] ** 2),
    )
    of_generator = {
        path: abs(x).max()
        for path, x in gradients.items()
        if path.startswith("generator/") or path.startswith("masked_lm/")
    }
    assert of_generator and not any(of_generator.values())
    moved = gradients["transformer_layer_0/attention/qkv_kernel"]
    assert abs(moved).max() > 0


def test_a_network_without_segments_has_a_generator_with_them():
    model = models.ElectraPretrainer(modern_bert(), GENERATOR)
    assert model(features())["replaced_tokens"].shape == (*IDS.shape, 2)
