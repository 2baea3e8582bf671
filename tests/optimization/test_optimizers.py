"""Every optimizer holds what loops, devices and files need of it."""

import functools
import json

import gin
import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import optimization
from tests.optimization.training import (
    GRADIENTS,
    STEPS,
    WEIGHTS,
    make_variables,
    train,
)
from tests.two_devices import on_two_devices

SCALE = 8.0


def adafactor(learning_rate=1e-2):
    return optimization.exclude_from_weight_decay(
        keras.optimizers.Adafactor(learning_rate, weight_decay=0.1)
    )


OPTIMIZERS = {
    "AdamW": functools.partial(optimization.AdamW, 1e-2),
    "LAMB": functools.partial(optimization.LAMB, 1e-2),
    "Muon": functools.partial(optimization.Muon, 1e-2),
    "Adafactor": adafactor,
}


@functools.cache
def plainly_trained(name):
    return train(OPTIMIZERS[name]())


each = pytest.mark.parametrize("name", OPTIMIZERS)
each_of_ours = pytest.mark.parametrize("name", ["AdamW", "LAMB", "Muon"])


def scaled(optimizer):
    return keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=SCALE)


def train_in_replicas(strategy):
    """Trains with gradients whose thirds are on the replicas, in graphs."""

    def train_one(name, scale):
        optimizer = OPTIMIZERS[name]()
        if scale != 1:
            optimizer = scaled(optimizer)
        optimization.takes_summed_gradients(optimizer)
        variables = make_variables(WEIGHTS)
        optimizer.build(variables)

        def step(gradients):
            replica = tf.distribute.get_replica_context()
            share = tf.cast(replica.replica_id_in_sync_group + 1, "float32") / 3
            own = [scale * share * gradient for gradient in gradients]
            sums = replica.all_reduce(tf.distribute.ReduceOp.SUM, own)
            optimizer.apply(sums, variables)

        run = tf.function(lambda g: strategy.run(step, args=(g,)))
        for i in range(STEPS):
            run([tf.constant(GRADIENTS[p][i], tf.float32) for p in WEIGHTS])
        return {
            variable.path: [
                copy.numpy().tolist()
                for copy in strategy.experimental_local_results(variable.value)
            ]
            for variable in variables
        }

    with strategy.scope():
        return {
            f"{name} {scale}": train_one(name, scale)
            for name in OPTIMIZERS
            for scale in (1, SCALE)
        }


@pytest.fixture(scope="module")
def in_replicas():
    return on_two_devices(train_in_replicas)


@each
@pytest.mark.parametrize("scale", [1, SCALE])
def test_two_replicas_take_the_step_of_one(in_replicas, name, scale):
    expected = plainly_trained(name)
    for path, copies in in_replicas[f"{name} {scale}"].items():
        assert copies[0] == copies[1]
        np.testing.assert_allclose(
            copies[0], expected[path], rtol=1e-5, atol=1e-6
        )


@each
def test_no_bias_and_no_normalization_decays(name):
    zeros = {path: np.zeros_like(g) for path, g in GRADIENTS.items()}
    trained = train(OPTIMIZERS[name](), gradients=zeros)
    for path, weight in WEIGHTS.items():
        decayed = np.abs(trained[path]) < np.abs(weight.astype("f"))
        assert decayed.all() if "kernel" in path else not decayed.any()


@each
def test_a_step_whose_gradients_overflow_is_left_out(name):
    infinite = {path: g.copy() for path, g in GRADIENTS.items()}
    infinite["dense/bias"][:, 0] = np.inf
    optimizer = scaled(OPTIMIZERS[name]())
    trained = train(optimizer, gradients=infinite)
    for path, weight in WEIGHTS.items():
        np.testing.assert_array_equal(trained[path], weight.astype("f"))
    assert float(optimizer.dynamic_scale) == SCALE / 2**STEPS


@each
def test_xla_takes_the_same_steps(name):
    plain = plainly_trained(name)
    compiled = train(OPTIMIZERS[name](), jit_compile=True)
    for path, weight in plain.items():
        np.testing.assert_allclose(compiled[path], weight, rtol=1e-5, atol=1e-6)


@each_of_ours
def test_an_optimizer_comes_back_from_its_config(name):
    optimizer = getattr(optimization, name)(
        optimization.LinearWarmup(1e-2, warmup_steps=2),
        beta_1=0.8,
        exclude_from_weight_decay=["gamma"],
        learning_rate_multipliers=[("kernel", 0.5)],
    )
    config = json.loads(
        json.dumps(keras.saving.serialize_keras_object(optimizer))
    )
    copy = keras.saving.deserialize_keras_object(config)
    trained, expected = train(copy), train(optimizer)
    for path in WEIGHTS:
        np.testing.assert_array_equal(trained[path], expected[path])


@each_of_ours
def test_a_saved_model_goes_on_as_if_it_had_not_been_saved(name, tmp_path):
    inputs = np.random.default_rng(0).normal(size=(16, 4)).astype("f")
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(OPTIMIZERS[name](), loss="mse", run_eagerly=True)
    model.fit(inputs, inputs[:, :1], epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    copy = keras.models.load_model(tmp_path / "model.keras")
    for each_model in model, copy:
        each_model.fit(
            inputs, inputs[:, :1], epochs=2, shuffle=False, verbose=0
        )
    for weight, expected in zip(copy.weights, model.weights, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_gin_fills_them():
    for item in (
        optimization.AdamW,
        optimization.LinearWarmup,
        optimization.layerwise_multipliers,
        keras.optimizers.schedules.PolynomialDecay,
    ):
        # Other names than those that the programs give.
        gin.external_configurable(item, f"Tested_{item.__name__}")
    gin.parse_config(
        """
        Tested_AdamW.learning_rate = @Tested_LinearWarmup()
        Tested_AdamW.learning_rate_multipliers = @Tested_layerwise_multipliers()
        Tested_AdamW.exclude_from_weight_decay = ["bias$"]
        Tested_layerwise_multipliers.num_layers = 2
        Tested_layerwise_multipliers.rate = 0.5
        Tested_LinearWarmup.schedule = @Tested_PolynomialDecay()
        Tested_LinearWarmup.warmup_steps = 2
        Tested_PolynomialDecay.initial_learning_rate = 1e-4
        Tested_PolynomialDecay.decay_steps = 10
        """
    )
    optimizer = gin.get_configurable("Tested_AdamW")()
    gin.clear_config()
    assert type(optimizer) is optimization.AdamW
    config = optimizer.get_config()
    assert config["exclude_from_weight_decay"] == ["bias$"]
    assert config["learning_rate_multipliers"][0][1] == 0.25
    assert config["learning_rate"]["config"]["warmup_steps"] == 2


def test_an_optimizer_without_decay_has_nothing_to_exclude():
    with pytest.raises(ValueError, match="weight_decay=None"):
        optimization.exclude_from_weight_decay(keras.optimizers.Adafactor())
