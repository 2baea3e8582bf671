"""takes_summed_gradients: what loops add up, the optimizer does not again."""

import keras
import pytest
import tensorflow as tf

from nlp_modeling import optimization
from tests.optimization.two_devices import on_two_devices

# Two replicas have the gradients 1 and 2; plain descent from 0 at rate 1 then
# ends at -3.


def _weight_after(strategy, optimizer, scale=1.0):
    weight = keras.Variable(0.0)
    optimizer.build([weight])

    def step():
        replica = tf.distribute.get_replica_context()
        gradient = tf.cast(replica.replica_id_in_sync_group, "float32") + 1.0
        gradient = replica.all_reduce(tf.distribute.ReduceOp.SUM, gradient)
        optimizer.apply([gradient * scale], [weight])

    tf.function(strategy.run)(step)
    return [
        float(value)
        for value in strategy.experimental_local_results(weight.value)
    ]


def descend(strategy):
    with strategy.scope():
        keras_alone = keras.optimizers.SGD(1.0)
        plain = keras.optimizers.SGD(1.0)
        optimization.takes_summed_gradients(plain)
        scaled = keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(1.0), initial_scale=8.0
        )
        optimization.takes_summed_gradients(scaled)
        return {
            "keras alone": _weight_after(strategy, keras_alone),
            "plain": _weight_after(strategy, plain),
            "scaled": _weight_after(strategy, scaled, scale=8.0),
        }


@pytest.fixture(scope="module")
def weights():
    return on_two_devices(descend)


def test_keras_alone_would_add_them_up_again(weights):
    assert weights["keras alone"] == [-6.0, -6.0]


def test_sums_are_taken_as_they_are(weights):
    assert weights["plain"] == [-3.0, -3.0]


def test_also_within_a_loss_scale_optimizer(weights):
    assert weights["scaled"] == [-3.0, -3.0]


def test_what_is_no_optimizer_is_refused():
    with pytest.raises(TypeError, match="optimizer=1"):
        optimization.takes_summed_gradients(1)
