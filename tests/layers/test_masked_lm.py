"""MaskedLM scores the vocabulary at the masked positions."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

# Shapes: B batch, S sequence, H hidden, P predictions, V vocabulary.
B, S, H, V = 2, 5, 4, 7
RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(B, S, H)).astype("float32")
TABLE = RNG.normal(size=(V, H)).astype("float32")
KERNEL = RNG.normal(size=(H, H)).astype("float32")
BIAS = RNG.normal(size=(V,)).astype("float32")
POSITIONS = np.array([[4, 0, 0], [1, 3, 2]])


def head(output="logits", activation=None, **arguments):
    embedding = layers.OnDeviceEmbedding(V, H)
    embedding.build()
    embedding.set_weights([TABLE])
    layer = layers.MaskedLM(embedding, activation, output=output, **arguments)
    layer(DATA, POSITIONS)
    layer.bias.assign(BIAS)
    layer.transform.set_weights([KERNEL, np.ones(H, "float32")])
    return layer


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def by_hand(epsilon=1e-12):
    rows = np.stack([DATA[b, POSITIONS[b]] for b in range(B)])
    rows = np.tanh(rows @ KERNEL + 1)
    rows -= rows.mean(-1, keepdims=True)
    rows /= np.sqrt((rows**2).mean(-1, keepdims=True) + epsilon)
    return rows @ TABLE.T + BIAS


def test_logits_are_those_made_by_hand():
    found = head(activation="tanh")(DATA, POSITIONS)
    np.testing.assert_allclose(array(found), by_hand(), atol=1e-5)


def test_an_epsilon_is_added_to_the_variance():
    found = head(activation="tanh", norm_epsilon=0.1)(DATA, POSITIONS)
    np.testing.assert_allclose(array(found), by_hand(0.1), atol=1e-5)
    with pytest.raises(ValueError, match="norm_epsilon=-1"):
        head(norm_epsilon=-1)


def test_predictions_are_log_probabilities():
    found = array(head("predictions", "tanh")(DATA, POSITIONS))
    np.testing.assert_allclose(np.exp(found).sum(-1), 1, rtol=1e-5)
    logits = by_hand()
    np.testing.assert_allclose(
        found - found[..., :1], logits - logits[..., :1], atol=1e-5
    )


def test_a_position_outside_the_sequence_gives_nan_and_no_other():
    found = array(head()(DATA, np.array([[0, S], [-1, S - 1]])))
    outside = np.isnan(found).all(axis=-1)
    assert outside.tolist() == [[False, True], [True, False]]
    assert not np.isnan(found[~outside]).any()


def test_scores_are_tied_to_the_words_after_saving(tmp_path):
    """Doubling the table quadruples the scores where both sides follow it."""
    words = keras.Input((S,), dtype="int32", name="words")
    positions = keras.Input((2,), dtype="int32", name="positions")
    table = layers.OnDeviceEmbedding(V, H, name="words_table")
    rows = layers.MaskedLM(table, name="masked_lm")
    model = keras.Model([words, positions], rows(table(words), positions))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert len(again.weights) == len(model.weights)
    table = again.get_layer("words_table")
    features = [np.array([[1, 2, 3, 4, 5]]), np.array([[0, 3]])]
    before = array(again(features))
    table.embeddings.assign(2 * array(table.embeddings))
    # The norm takes out the scale of the looked-up side; the other doubles.
    np.testing.assert_allclose(array(again(features)), 2 * before, rtol=1e-4)
    table.embeddings.assign(0 * array(table.embeddings))
    np.testing.assert_array_equal(array(again(features)), 0 * before)


def test_anything_but_an_embedding_layer_is_refused():
    with pytest.raises(TypeError, match="embedding_layer="):
        layers.MaskedLM(np.zeros((V, H)))
    with pytest.raises(TypeError, match="get_embedding_layer.*embedding_table"):
        layers.MaskedLM(embedding_table=np.zeros((V, H)))


def test_an_unknown_output_is_named():
    with pytest.raises(ValueError, match="output='softmax'"):
        head("softmax")
