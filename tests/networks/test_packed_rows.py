"""A sequence in a packed row is what it is in a row of its own."""

import functools

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks
from tests.conformance.cases import (
    V,
    albert,
    encoder,
    modern_bert,
    scaffold,
)
from tests.gradients import outputs_and_gradients

# Shapes: B batch, S sequence, N sequences of a row.
S = 12
LENGTHS = ((5, 4, 3), (12,), (2, 6))
N = 3


def rotary(**arguments):
    return encoder(
        position_embedding=None,
        block=layers.EncoderBlock(
            layers.SelfAttention(2, use_bias=False, rope_theta=100.0),
            layers.GatedFeedForward(12, "gelu", use_bias=False),
            norm_first=True,
        ),
        final_norm=keras.layers.LayerNormalization(),
        **arguments,
    )


MAKERS = {
    "BERT": functools.partial(encoder, sequence_length=S),
    "BERT, any length": functools.partial(
        encoder, sequence_length=None, max_sequence_length=S
    ),
    "ALBERT": albert,
    "rotary and pre-norm": functools.partial(rotary, sequence_length=S),
    "ModernBERT": modern_bert,
}


# The other backends have one of them, for the time.
if keras.backend.backend() != "tensorflow":
    MAKERS = {"BERT": MAKERS["BERT"]}


def network_of(name):
    if name == "ALBERT":
        return networks.AlbertEncoder(V, 4, 8, 2, 2, S, intermediate_size=12)
    return MAKERS[name]()


def packed(seed=0):
    """Rows of several sequences, and the row and place where each begins."""
    rng = np.random.default_rng(seed)
    ids = np.zeros((len(LENGTHS), S), "int32")
    starts, begins = np.zeros((len(LENGTHS), N), "int32"), []
    for row, lengths in enumerate(LENGTHS):
        place = 0
        for number, length in enumerate(lengths):
            ids[row, place : place + length] = number + 1
            starts[row, number] = place
            begins.append((row, place, length))
            place += length
    return {
        "input_word_ids": rng.integers(1, V, ids.shape).astype("int32"),
        "input_mask": (ids > 0).astype("int32"),
        "input_type_ids": rng.integers(0, 2, ids.shape).astype("int32"),
        "sequence_ids": ids,
        "sequence_starts": starts,
    }, begins


def unpacked(features, begins):
    """The same sequences in rows of their own."""
    rows = {}
    for name in ("input_word_ids", "input_mask", "input_type_ids"):
        rows[name] = np.zeros((len(begins), S), "int32")
        for index, (row, place, length) in enumerate(begins):
            values = features[name][row, place : place + length]
            rows[name][index, :length] = values
    return rows


def array(values):
    return keras.ops.convert_to_numpy(values)


def tensor(values):
    return keras.ops.convert_to_tensor(values)


@pytest.mark.parametrize("name", MAKERS)
def test_outputs_are_those_of_rows_of_their_own(name):
    network = network_of(name)
    features, begins = packed()
    together = network(features)
    apart = network(unpacked(features, begins))
    for index, (row, place, length) in enumerate(begins):
        np.testing.assert_allclose(
            array(together["sequence_output"])[row, place : place + length],
            array(apart["sequence_output"])[index, :length],
            atol=1e-5,
        )
    numbers = [number for x in LENGTHS for number in range(len(x))]
    rows = [row for row, _, _ in begins]
    np.testing.assert_allclose(
        array(together["pooled_output"])[rows, numbers],
        array(apart["pooled_output"]),
        atol=1e-5,
    )


@pytest.mark.parametrize("name", MAKERS)
def test_positions_of_packed_rows_are_what_they_are_among_all(name):
    network = network_of(name)
    features, _ = packed()
    positions = np.array([[4, 11], [0, 3], [7, 2]], "int32")
    whole, some = network(features), network(features, positions)
    rows = np.arange(len(positions))[:, None]
    np.testing.assert_allclose(
        array(some["sequence_output"]),
        array(whole["sequence_output"])[rows, positions],
        atol=1e-6,
    )
    np.testing.assert_allclose(
        array(some["pooled_output"]), array(whole["pooled_output"]), atol=1e-6
    )


@pytest.mark.parametrize("name", MAKERS)
def test_a_neighbour_changes_nothing_at_all(name):
    network = network_of(name)
    features, _ = packed()
    changed = dict(features, input_word_ids=features["input_word_ids"].copy())
    second = features["sequence_ids"] == 2
    changed["input_word_ids"][second] = 1
    before, after = (
        array(network(x)["sequence_output"]) for x in (features, changed)
    )
    others = (features["sequence_ids"] > 0) & ~second
    np.testing.assert_array_equal(before[others], after[others])
    assert abs(before - after)[second].max() > 1e-3


@pytest.mark.parametrize("name", MAKERS)
def test_loss_and_gradients_are_those_of_rows_of_their_own(name):
    features, begins = packed()
    network = network_of(name)
    rows = {**features, "masked_lm_positions": np.zeros((3, 6), "int32")}
    weights = np.zeros((3, 6), "float32")
    filled = [0, 0, 0]
    alone = unpacked(features, begins)
    alone["masked_lm_positions"] = np.zeros((len(begins), 2), "int32")
    # Two words of each sequence, its first and its last.
    for index, (row, place, length) in enumerate(begins):
        for offset in (0, length - 1):
            rows["masked_lm_positions"][row, filled[row]] = place + offset
            weights[row, filled[row]] = 1
            filled[row] += 1
        alone["masked_lm_positions"][index] = 0, length - 1

    packing, plain = (
        models.BertPretrainer(network, num_sequences=count)
        for count in (N, None)
    )
    plain.set_weights(packing.get_weights())

    def gradients(model, features, weights, sequences):
        def total(outputs, add):
            words = keras.ops.logsumexp(outputs["masked_lm"], axis=-1)
            pairs = keras.ops.logsumexp(outputs["classification"], axis=-1)
            return add(words * tensor(weights)) + add(pairs * tensor(sequences))

        return outputs_and_gradients(model, features, total)[1]

    is_sequence = np.array(
        [[n < len(x) for n in range(N)] for x in LENGTHS], "float32"
    )
    together = gradients(packing, rows, weights, is_sequence)
    ones = np.ones((len(begins), 2), "float32")
    apart = gradients(plain, alone, ones, ones[:, 0])
    assert len(together) == len(apart)
    pairs = zip(together.values(), apart.values(), strict=True)
    for path, (one, other) in zip(apart, pairs, strict=True):
        np.testing.assert_allclose(
            one, other, rtol=1e-6, atol=1e-5, err_msg=path
        )


@pytest.mark.parametrize("name", MAKERS)
def test_classes_and_gradients_are_those_of_rows_of_their_own(name):
    features, begins = packed()
    network = network_of(name)
    packing, plain = (
        models.BertClassifier(network, 3, num_sequences=count)
        for count in (N, None)
    )
    plain.set_weights(packing.get_weights())
    is_sequence = np.array(
        [[n < len(x) for n in range(N)] for x in LENGTHS], "float32"
    )

    def run(model, features, weights):
        return outputs_and_gradients(
            model,
            features,
            lambda scores, add: add(
                keras.ops.logsumexp(scores, axis=-1) * tensor(weights)
            ),
        )

    together, gradients = run(packing, features, is_sequence)
    apart, wanted = run(
        plain, unpacked(features, begins), np.ones(len(begins), "float32")
    )
    np.testing.assert_allclose(together[is_sequence > 0], apart, atol=1e-5)
    pairs = zip(gradients.values(), wanted.values(), strict=True)
    for path, (one, other) in zip(wanted, pairs, strict=True):
        np.testing.assert_allclose(
            one, other, rtol=1e-6, atol=1e-5, err_msg=path
        )


def test_an_embedding_network_that_cannot_tell_rows_apart_is_named():
    features, _ = packed()
    with pytest.raises(ValueError, match="EncoderScaffold"):
        scaffold()({name: x[:, :6] for name, x in features.items()})


def test_positions_that_cannot_be_counted_anew_are_named():
    @keras.saving.register_keras_serializable(package="tests")
    class Places(keras.layers.Layer):
        def call(self, inputs):
            return keras.ops.zeros_like(inputs)

    network = encoder(sequence_length=S, position_embedding=Places())
    with pytest.raises(ValueError, match="position_ids"):
        network(packed()[0])
