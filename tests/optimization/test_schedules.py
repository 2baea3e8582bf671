"""Schedules of the learning rate, at the steps where they turn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import optimization


def bert_schedule():
    return optimization.LinearWarmup(
        keras.optimizers.schedules.PolynomialDecay(
            1.0, decay_steps=100, end_learning_rate=0.2
        ),
        warmup_steps=10,
    )


def stable_decay():
    return optimization.StableDecay(
        1.0, num_train_steps=100, decay_steps=20, end_learning_rate=0.2
    )


@pytest.mark.parametrize(
    "step, rate",
    [
        (0, 0.0),
        (1, 0.1),
        (9, 0.9),
        (10, 0.92),  # 1 - 0.8 x 10 / 100: the decay counts from step 0.
        (50, 0.6),
        (99, 0.208),
        (100, 0.2),
        (1000, 0.2),
    ],
)
def test_bert_s_schedule(step, rate):
    np.testing.assert_allclose(bert_schedule()(step), rate, rtol=1e-6)


@pytest.mark.parametrize(
    "step, rate",
    [(0, 0.0), (5, 0.5), (10, 1.0), (80, 1.0), (81, 0.96), (99, 0.24),
     (100, 0.2), (101, 0.2)],
)  # fmt: skip
def test_warmup_stable_decay(step, rate):
    schedule = optimization.LinearWarmup(stable_decay(), warmup_steps=10)
    np.testing.assert_allclose(schedule(step), rate, rtol=1e-6)


def test_no_warmup_is_the_schedule_itself():
    schedule = optimization.LinearWarmup(stable_decay(), warmup_steps=0)
    assert float(schedule(0)) == 1.0


def test_a_number_may_follow_the_warmup():
    schedule = optimization.LinearWarmup(0.5, warmup_steps=2)
    assert [float(schedule(step)) for step in range(4)] == [0, 0.25, 0.5, 0.5]


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "bfloat16"])
def test_rates_are_float32_whatever_the_step_is(dtype):
    for schedule in bert_schedule(), stable_decay():
        rate = schedule(tf.constant(64, dtype))
        assert rate.dtype == tf.float32
        assert float(rate) == float(schedule(64))


def test_a_schedule_comes_back_from_its_config():
    schedule = optimization.LinearWarmup(bert_schedule(), warmup_steps=5)
    config = keras.saving.serialize_keras_object(schedule)
    copy = keras.saving.deserialize_keras_object(config)
    assert keras.saving.serialize_keras_object(copy) == config
    assert [float(copy(i)) for i in range(20)] == [
        float(schedule(i)) for i in range(20)
    ]


def test_steps_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="warmup_steps=-1"):
        optimization.LinearWarmup(1.0, warmup_steps=-1)
    with pytest.raises(ValueError, match="decay_steps=11, num_train_steps=10"):
        optimization.StableDecay(1.0, num_train_steps=10, decay_steps=11)
    with pytest.raises(ValueError, match="decay_steps=0"):
        optimization.StableDecay(1.0, num_train_steps=10, decay_steps=0)


NO_STEPS = [-1, 1.5, "x", float("nan"), float("inf"), [8]]
NO_RATES = [-1.0, "x", float("nan"), float("inf"), [0.1]]


@pytest.mark.parametrize("steps", NO_STEPS, ids=repr)
def test_steps_are_whole_numbers(steps):
    with pytest.raises(ValueError, match="Received: warmup_steps="):
        optimization.LinearWarmup(1.0, steps)
    with pytest.raises(ValueError, match="Received: num_train_steps="):
        optimization.StableDecay(1.0, steps, 1)
    with pytest.raises(ValueError, match="Received: decay_steps="):
        optimization.StableDecay(1.0, 100, steps)
    with pytest.raises(ValueError, match="Received: num_layers="):
        optimization.layerwise_multipliers(steps, 0.5)


@pytest.mark.parametrize("rate", NO_RATES, ids=repr)
def test_rates_are_finite_and_not_negative(rate):
    with pytest.raises(ValueError, match="Received: schedule="):
        optimization.LinearWarmup(rate, 1)
    with pytest.raises(ValueError, match="Received: learning_rate="):
        optimization.StableDecay(rate, 100, 1)
    with pytest.raises(ValueError, match="Received: end_learning_rate="):
        optimization.StableDecay(1.0, 100, 1, rate)
    with pytest.raises(ValueError, match="Received: rate="):
        optimization.layerwise_multipliers(2, rate)
    for optimizer in (optimization.AdamW, optimization.LAMB):
        for name in (
            "learning_rate",
            "weight_decay",
            "beta_1",
            "beta_2",
            "epsilon",
        ):
            with pytest.raises(ValueError, match=f"Received: {name}="):
                optimizer(**{name: rate})
