"""Dropout draws a function of seed, step, replica and slice."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling.training.on_tensorflow.step_seeds import StepSeeds
from tests.two_devices import on_two_devices


def _dropped(seed=0, step=0, index=0):
    """Which of 64 ones the two layers drop."""
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dropout(0.5, seed=1)]
    )
    with StepSeeds(model, seed)(tf.constant(step, tf.int64), index):
        return model(tf.ones([1, 64]), training=True)[0] == 0


def replicas_drop(strategy):
    with strategy.scope():
        dropped = strategy.run(_dropped)
    return [
        [bool(x) for x in each]
        for each in strategy.experimental_local_results(dropped)
    ]


def test_the_same_numbers_drop_the_same():
    first, second = _dropped(1, 2, 3), _dropped(1, 2, 3)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", ("seed", "step", "index"))
def test_each_number_matters(name):
    masks = [_dropped(**{name: number}).numpy() for number in range(4)]
    for one, other in itertools.combinations(masks, 2):
        # Two random masks differ at half of the 64 places.
        assert 12 < (one != other).sum() < 52


def test_layers_drop_differently():
    model = keras.Sequential([keras.Input((64,))])
    model.add(keras.layers.Dropout(0.5, seed=1))
    model.add(keras.layers.Dropout(0.5, seed=1))
    with StepSeeds(model, 0)(tf.constant(0, tf.int64)):
        kept = model(tf.ones([1, 64]), training=True)[0] > 0
    # A quarter of 64 is kept by both; half if both were the same.
    assert 8 <= np.sum(kept) <= 24


def test_no_layer_counts_its_calls():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5)])
    before = [v.numpy() for v in model.variables]
    with StepSeeds(model, 0)(tf.constant(0, tf.int64)):
        model(tf.ones([1, 4]), training=True)
    for variable, value in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_replicas_drop_differently():
    one, other = map(np.array, on_two_devices(replicas_drop))
    assert 12 < (one != other).sum() < 52
