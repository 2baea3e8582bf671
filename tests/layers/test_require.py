"""Every constructor refuses a size or a rate that cannot be, by its name."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks
from tests.conformance.cases import encoder

SIZES = [0, -1, 1.5, 1e9, 10**30, "x", float("nan"), True, [8]]
RATES = [-0.1, 1, 1.5, "x", float("nan"), [0.1]]
NUMBERS = [-1.0, "x", float("nan"), float("inf"), [0.1]]


def albert(**arguments):
    sizes = {"vocab_size": 20, "embedding_width": 4, "hidden_size": 8}
    return networks.AlbertEncoder(**sizes | arguments)


def block(**arguments):
    sizes = {"num_attention_heads": 2, "inner_dim": 4}
    return layers.TransformerEncoderBlock(
        **sizes | {"inner_activation": "relu"} | arguments
    )


def scaffold(**sizes):
    embeddings = {
        "vocab_size": 20,
        "type_vocab_size": 2,
        "hidden_size": 8,
        "seq_length": 6,
        "max_seq_length": 6,
    }
    return networks.EncoderScaffold(
        5, embedding_cfg=embeddings | sizes, hidden_cls=block()
    )


def pretrainer(**arguments):
    return models.BertPretrainer(encoder(), **arguments)


def embedding(**arguments):
    return layers.OnDeviceEmbedding(
        **{"vocab_size": 20, "embedding_width": 4} | arguments
    )


ENCODER_SIZES = [
    "hidden_size",
    "num_layers",
    "num_attention_heads",
    "sequence_length",
    "max_sequence_length",
    "type_vocab_size",
    "intermediate_size",
    "embedding_width",
]
ENCODER_RATES = ["dropout_rate", "attention_dropout_rate"]


@pytest.mark.parametrize("value", SIZES, ids=repr)
@pytest.mark.parametrize(
    ("make", "names"),
    [
        (encoder, [*ENCODER_SIZES, "output_range"]),
        (albert, [*ENCODER_SIZES, "vocab_size"]),
        (block, ["num_attention_heads", "inner_dim", "output_range"]),
        (scaffold, ["type_vocab_size", "hidden_size", "seq_length"]),
        (scaffold, ["vocab_size", "max_seq_length"]),
        (embedding, ["vocab_size", "embedding_width"]),
        (layers.PositionEmbedding, ["max_length"]),
        (pretrainer, ["num_classes", "num_token_predictions"]),
    ],
)
def test_a_size_is_a_positive_integer(make, names, value):
    assert_refused(make, names, value)


@pytest.mark.parametrize("value", RATES, ids=repr)
@pytest.mark.parametrize(
    ("make", "names"),
    [
        (encoder, ENCODER_RATES),
        (albert, ENCODER_RATES),
        (scaffold, ["dropout_rate"]),
        (block, ["output_dropout", "attention_dropout", "inner_dropout"]),
    ],
)
def test_a_share_is_less_than_one(make, names, value):
    assert_refused(make, names, value)


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_an_epsilon_is_finite(value):
    assert_refused(block, ["norm_epsilon"], value)


def assert_refused(make, names, value):
    for name in names:
        with pytest.raises(ValueError) as caught:
            make(**{name: value})
        assert f"`{name}` must" in str(caught.value)
        assert f"Received: {name}={value!r}" in str(caught.value)


def test_numbers_of_numpy_are_numbers():
    layer = layers.OnDeviceEmbedding(
        np.int64(5), np.int32(4), scale_factor=np.float32(2)
    )
    assert layer(np.zeros((1, 2), "int32")).shape == (1, 2, 4)
    assert block(norm_epsilon=np.float64(0)).norm_epsilon == 0
    assert keras.ops.ndim(layer.embeddings) == 2
