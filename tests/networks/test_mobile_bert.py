"""MobileBERT's parts compute what the paper says."""

import numpy as np
import pytest
from keras import ops

from nlp_modeling import layers, models
from tests.conformance.cases import DATA, ENCODING, B, H, S, V, mobile_bert

MASK = np.tril(np.ones((B, S, S), "float32"))


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def drawn(layer, seed=0):
    """Draws each weight anew, also those that start as 0 or 1."""
    draw = np.random.default_rng(seed)
    for weight in layer.weights:
        weight.assign(draw.normal(size=weight.shape).astype("float32"))
    return layer


def test_a_word_is_looked_up_with_its_neighbours():
    layer = layers.TrigramTransform(3)
    layer(DATA)
    kernel, bias = map(array, drawn(layer).weights)
    zeros = np.zeros((B, 1, H), "float32")
    following = np.concatenate([DATA[:, 1:], zeros], axis=1)
    before = np.concatenate([zeros, DATA[:, :-1]], axis=1)
    wanted = np.concatenate([following, DATA, before], axis=-1) @ kernel + bias
    np.testing.assert_allclose(array(layer(DATA)), wanted, atol=1e-5)


def test_no_norm_scales_and_shifts():
    layer = layers.NoNorm()
    layer(DATA)
    scale, shift = map(array, drawn(layer).weights)
    np.testing.assert_allclose(
        array(layer(DATA)), DATA * scale + shift, atol=1e-6
    )


@pytest.mark.parametrize("mask", [None, MASK])
def test_attention_of_one_input_is_self_attention(mask):
    wanted, found = layers.SelfAttention(2), layers.BottleneckAttention(H, 2)
    wanted(DATA), found(DATA, DATA)
    drawn(wanted)
    kernels = np.split(array(wanted.qkv_kernel), 3, axis=-1)
    biases = np.split(array(wanted.qkv_bias), 3)
    kernels.append(array(wanted.output_kernel))
    biases.append(array(wanted.output_bias))
    for layer, kernel, bias in zip(
        (found.query, found.key, found.value, found.output_layer),
        kernels,
        biases,
        strict=True,
    ):
        layer.kernel.assign(kernel)
        layer.bias.assign(bias)
    np.testing.assert_allclose(
        array(found(DATA, DATA, mask)), array(wanted(DATA, mask)), atol=1e-5
    )


def test_a_block_of_zeros_gives_its_input():
    """The widened output is added to the input, and scaled by 1."""
    block = layers.MobileBertBlock(2, 12, intra_bottleneck_size=4)
    block([DATA, MASK])
    block.output_bottleneck.kernel.assign(np.zeros((4, H), "float32"))
    np.testing.assert_array_equal(array(block([DATA, MASK])), DATA)


def test_padding_beyond_the_neighbour_does_not_matter():
    network = mobile_bert()
    other = {k: np.array(x) for k, x in ENCODING.items()}
    # The second row has three tokens; the last one reads the place after it.
    other["input_word_ids"][1, 4:] = (other["input_word_ids"][1, 4:] + 1) % V
    first, second = (
        array(network(x)["sequence_output"])[:2] for x in (ENCODING, other)
    )
    np.testing.assert_array_equal(first[1, :3], second[1, :3])
    assert (first[1, 4:] != second[1, 4:]).any()


def test_without_a_pooler_the_first_position_is_pooled():
    network = mobile_bert(classifier_activation=False)
    outputs = network(ENCODING)
    np.testing.assert_array_equal(
        array(outputs["pooled_output"]), array(outputs["sequence_output"])[:, 0]
    )


def test_words_are_scored_by_their_vectors_and_by_a_table_of_the_head():
    model = models.BertPretrainer(mobile_bert(), None)
    drawn(model)
    head = model.get_layer("masked_lm")
    every = np.broadcast_to(np.arange(S, dtype="int32"), (B, S))
    encoded = model.network(ENCODING)["sequence_output"]
    data = array(head.norm(head.transform(encoded)))
    words = array(model.network.get_embedding_table())
    table = np.concatenate([words, array(head.output_kernel)], axis=-1)
    assert table.shape == (V, H)
    found = model({**ENCODING, "masked_lm_positions": every})["masked_lm"]
    wanted = data @ table.T + array(head.bias)
    np.testing.assert_allclose(array(found), wanted, rtol=1e-4, atol=1e-4)


def test_packed_rows_and_other_norms_are_refused():
    ids = {"sequence_ids": np.ones((B, S), "int32")}
    with pytest.raises(ValueError, match="sequence_ids"):
        mobile_bert()(ENCODING | ids)
    with pytest.raises(ValueError, match="normalization_type='batch_norm'"):
        mobile_bert(normalization_type="batch_norm")
    with pytest.raises(ValueError, match="width=6, num_heads=4"):
        mobile_bert(num_attention_heads=4)
