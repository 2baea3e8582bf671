"""layerwise_multipliers: a lower layer learns more slowly."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import models, networks, optimization
from tests.optimization.training import make_variables

PAIRS = optimization.layerwise_multipliers(num_layers=2, rate=0.5)


def rates_of(optimizer_class, name=None):
    """Measures the first step of each weight of a classifier, by path.

    Adam's first step is the learning rate, here 1, whatever the gradient is.
    """
    network = networks.TransformerEncoder(
        100,
        hidden_size=8,
        num_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        sequence_length=4,
        embedding_width=4,
        name=name,
    )
    weights = models.BertClassifier(network, 2).trainable_variables
    optimizer = optimizer_class(
        1.0, weight_decay=0.0, learning_rate_multipliers=PAIRS
    )
    optimizer.build(weights)
    for weight in weights:
        weight.assign(tf.zeros(weight.shape))
    optimizer.apply([tf.ones(weight.shape) for weight in weights])
    return {w.path: -float(tf.reduce_mean(w.value)) for w in weights}


@pytest.mark.parametrize(
    "optimizer_class", [optimization.AdamW, optimization.LAMB]
)
def test_each_layer_learns_at_half_the_rate_of_the_one_above(optimizer_class):
    expected = {
        "word_embeddings": 1 / 8,
        "position_embedding": 1 / 8,
        "type_embeddings": 1 / 8,
        "embeddings_norm": 1 / 8,
        "embedding_projection": 1 / 8,
        "transformer_layer_0": 1 / 4,
        "transformer_layer_1": 1 / 2,
        "pooler_transform": 1.0,
        "logits": 1.0,
    }
    rates = rates_of(optimizer_class)
    assert {path.split("/")[0] for path in rates} == set(expected)
    for path, rate in rates.items():
        assert rate == pytest.approx(expected[path.split("/")[0]], rel=1e-4)


def test_the_name_of_an_encoder_does_not_count():
    """Also if it looks like that of an embedding."""
    named = rates_of(optimization.AdamW, "embedding_model")
    rates = rates_of(optimization.AdamW)
    assert {
        p.removeprefix("embedding_model/"): named[p] for p in named
    } == rates


def test_layer_1_is_not_layer_10():
    pairs = optimization.layerwise_multipliers(num_layers=12, rate=0.5)
    path = "transformer_layer_10/kernel"
    (variable,) = make_variables({path: np.zeros(3)})
    optimizer = optimization.AdamW(1.0, learning_rate_multipliers=pairs)
    optimizer.build([variable])
    optimizer.apply([tf.ones(3)])
    np.testing.assert_allclose(variable, np.full(3, -(0.5**2)), rtol=1e-4)


def test_multipliers_that_fit_nothing_are_refused():
    optimizer = optimization.AdamW(learning_rate_multipliers=[("layr_0", 0.5)])
    with pytest.raises(ValueError, match="layr_0"):
        optimizer.build(make_variables({"layer_0/kernel": np.zeros(3)}))


@pytest.mark.parametrize("rate", [0.0, -1.0, 1.1])
def test_a_rate_that_is_no_decay_is_refused(rate):
    with pytest.raises(ValueError, match=f"rate={rate}"):
        optimization.layerwise_multipliers(num_layers=2, rate=rate)
