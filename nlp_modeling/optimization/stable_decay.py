"""Keeps the learning rate constant, and lowers it in the last steps."""

import keras
from keras import ops

from nlp_modeling.layers.require import require_finite, require_positive


@keras.saving.register_keras_serializable(package="nlp_modeling")
class StableDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Keeps the learning rate constant, and lowers it in the last steps.

    Inside `LinearWarmup` this is the warmup-stable-decay schedule. A run can
    resume from a step before the decay with a greater `num_train_steps`. The
    result is the same as if the longer run had been planned.

    Reference:
        MiniCPM, section 4: https://arxiv.org/abs/2404.06395

    Args:
        learning_rate: The constant rate.
        num_train_steps: The step at which the decay ends.
        decay_steps: The number of steps over which the rate falls linearly.
        end_learning_rate: The rate at the end of the decay and after it.

    Call arguments:
        step: int or float scalar, the number of steps taken so far.

    Returns:
        float32 scalar.

    Raises:
        ValueError: If `decay_steps` is not in 1 to `num_train_steps`, or a rate
            is negative.
    """

    def __init__(
        self,
        learning_rate: float,
        num_train_steps: int,
        decay_steps: int,
        end_learning_rate: float = 0.0,
    ):
        require_finite(
            0, learning_rate=learning_rate, end_learning_rate=end_learning_rate
        )
        require_positive(
            num_train_steps=num_train_steps, decay_steps=decay_steps
        )
        if not 1 <= decay_steps <= num_train_steps:
            raise ValueError(
                "`decay_steps` must be in 1 to `num_train_steps`. "
                f"Received: {decay_steps=}, {num_train_steps=}."
            )
        self.learning_rate = learning_rate
        self.num_train_steps = num_train_steps
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate

    def __call__(self, step):
        left = (self.num_train_steps - ops.cast(step, "float32")) / (
            self.decay_steps
        )
        height = self.learning_rate - self.end_learning_rate
        return self.end_learning_rate + height * ops.clip(left, 0.0, 1.0)

    def get_config(self):
        return {
            "learning_rate": self.learning_rate,
            "num_train_steps": self.num_train_steps,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
        }
