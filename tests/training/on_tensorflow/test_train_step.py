"""TrainStep: steps of one weight, by hand."""

import keras
import numpy as np
import pytest

from nlp_modeling import training
from tests.training.on_tensorflow.one_weight import (
    SQUARE,
    Slope,
    batch,
    half_square,
    itself,
    take_step,
)

# Of w = 1, the loss is (1 + 9 + 2 x 16) / 2 over the weights' sum 4, and its
# gradient (1 + 9 + 2 x 16) / 4.
FEATURES = batch(x=[1, 2, 3, 4], weights=[1, 0, 1, 2])
LOSS, GRADIENT = 5.25, 10.5


class Plane(Slope):
    """3 a + 4 b: the gradient is (3, 4), its norm 5."""

    def build(self):
        self.a = self.add_weight(name="a", initializer="zeros")
        self.b = self.add_weight(name="b", initializer="zeros")
        self.built = True

    def call(self, features, training=None):
        return (3 * self.a + 4 * self.b) * features["x"]


def _step(model, objectives=(SQUARE,), optimizer=None, **arguments):
    return training.TrainStep(
        model,
        objectives,
        optimizer or keras.optimizers.SGD(0.1),
        **arguments,
    )


def test_the_loss_is_the_mean_over_the_weights_of_the_batch():
    model = Slope()
    numbers = take_step(_step(model), FEATURES)
    assert numbers["loss"] == pytest.approx(LOSS)
    assert numbers["gradient_norm"] == pytest.approx(GRADIENT)
    assert numbers["learning_rate"] == pytest.approx(0.1)
    assert float(model.slope) == pytest.approx(1 - 0.1 * GRADIENT, abs=1e-6)


@pytest.mark.parametrize("slices", (2, 4))
def test_slices_change_nothing(slices):
    model = Slope()
    numbers = take_step(_step(model, accumulation_steps=slices), FEATURES)
    assert numbers["loss"] == pytest.approx(LOSS)
    assert float(model.slope) == pytest.approx(1 - 0.1 * GRADIENT, abs=1e-6)


def test_a_batch_without_weight_moves_nothing():
    model = Slope()
    numbers = take_step(_step(model), batch([1, 2], [0, 0]))
    assert numbers["loss"] == numbers["gradient_norm"] == 0
    assert float(model.slope) == 1


def test_several_losses_are_added_each_with_its_own_weights():
    plain = training.Objective(
        "plain", training.Measure(half_square, labels="y")
    )
    model = Slope()
    numbers = take_step(_step(model, [SQUARE, plain]), FEATURES)
    # Without weights: (1 + 4 + 9 + 16) / 2 over 4, and twice that.
    assert numbers["plain_loss"] == pytest.approx(3.75)
    assert numbers["square_loss"] == pytest.approx(LOSS)
    assert numbers["loss"] == pytest.approx(LOSS + 3.75)
    assert float(model.slope) == pytest.approx(1 - 0.1 * (GRADIENT + 7.5))


def test_an_objectives_weight_is_a_factor_of_its_loss():
    plain = training.Objective(
        "plain", training.Measure(half_square, labels="y"), weight=3.0
    )
    model = Slope()
    numbers = take_step(_step(model, [SQUARE, plain]), FEATURES)
    assert numbers["plain_loss"] == pytest.approx(3.75)
    assert numbers["loss"] == pytest.approx(LOSS + 3 * 3.75)
    moved = 0.1 * (GRADIENT + 3 * 7.5)
    assert float(model.slope) == pytest.approx(1 - moved)


@pytest.mark.parametrize("weight", (0, -1.0))
def test_an_objective_without_a_positive_weight_is_refused(weight):
    with pytest.raises(ValueError, match=f"weight={weight}"):
        training.Objective("plain", SQUARE.loss, weight=weight)


def test_the_norm_of_all_weights_together_is_clipped():
    model = Plane()
    objective = training.Objective(
        "itself", training.Measure(itself, labels="y")
    )
    optimizer = keras.optimizers.SGD(1.0)
    step = _step(model, [objective], optimizer, clip_norm=1.0)
    numbers = take_step(step, batch([1], [1]))
    assert numbers["gradient_norm"] == pytest.approx(5)
    np.testing.assert_allclose([model.a, model.b], [-0.6, -0.8], rtol=1e-6)


def test_a_smaller_norm_is_left_alone():
    model = Slope()
    take_step(_step(model, clip_norm=11.0), FEATURES)
    assert float(model.slope) == pytest.approx(1 - 0.1 * GRADIENT, abs=1e-6)


def test_features_are_counted():
    step = _step(Slope(), counts={"weight": "weights"})
    assert take_step(step, FEATURES)["weight"] == 4


class TestLossScale:
    def _step(self, model):
        optimizer = keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(0.1), initial_scale=1024.0
        )
        return _step(model, optimizer=optimizer, clip_norm=2.0)

    def test_changes_neither_numbers_nor_clipping(self):
        model = Slope()
        numbers = take_step(self._step(model), FEATURES)
        assert numbers["loss"] == pytest.approx(LOSS)
        assert numbers["gradient_norm"] == pytest.approx(GRADIENT)
        assert numbers["loss_scale"] == 1024
        assert float(model.slope) == pytest.approx(1 - 0.1 * 2)

    def test_is_halved_at_an_overflow_and_no_weight_moves(self):
        model = Slope()
        step = self._step(model)
        # The square, 1e37, fits into float32; 1024 times as much does not.
        numbers = take_step(step, batch([4.5e18], [1]))
        assert np.isfinite(numbers["loss"])
        assert not np.isfinite(numbers["gradient_norm"])
        assert float(model.slope) == 1
        numbers = take_step(step, FEATURES)
        assert numbers["loss_scale"] == 512
        assert float(model.slope) == pytest.approx(0.8)


def test_a_weight_that_takes_no_part_is_named():
    model = Plane()
    model.call = lambda features, training=None: model.a * features["x"]
    with pytest.raises(ValueError, match=r"must take part.*\['.*b'\]"):
        take_step(_step(model), FEATURES)


def test_a_batch_that_cannot_be_sliced_is_refused():
    step = _step(Slope(), accumulation_steps=3)
    with pytest.raises(ValueError, match="x of 4 rows, accumulation_steps=3"):
        take_step(step, FEATURES)


@pytest.mark.parametrize("batch_size", [0, -3, 1, 4])
def test_a_batch_that_cannot_be_sliced_is_known_before(batch_size):
    step = _step(Slope(), accumulation_steps=3)
    with pytest.raises(ValueError, match=f"{batch_size=}, replicas=1, acc"):
        step.require_batch(batch_size)
    step.require_batch(6)


@pytest.mark.parametrize(
    "wrong", ({"accumulation_steps": 0}, {"clip_norm": 0.0})
)
def test_arguments_out_of_their_range_are_refused(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"{name}={value}"):
        _step(Slope(), **wrong)


def test_what_is_no_keras_optimizer_is_refused():
    with pytest.raises(TypeError, match="optimizer="):
        _step(Slope(), optimizer=keras.layers.Dense(1))
