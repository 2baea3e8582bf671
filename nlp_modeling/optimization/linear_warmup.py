"""Raises the learning rate linearly from 0, then follows a schedule."""

import keras
from keras import ops

from nlp_modeling.layers.require import require_finite, require_positive


@keras.saving.register_keras_serializable(package="nlp_modeling")
class LinearWarmup(keras.optimizers.schedules.LearningRateSchedule):
    """Raises the learning rate linearly from 0, then follows a schedule.

    The rate rises towards the schedule's first value. The schedule counts steps
    from the start of the run, so a decay has begun before the warm-up ends. The
    numbers are those of BERT and Model Garden. The first step has a rate of 0.

    Reference:
        BERT, appendix A.2: https://arxiv.org/abs/1810.04805

    Args:
        schedule: A number, or a schedule such as
            `keras.optimizers.schedules.PolynomialDecay` or `StableDecay`.
        warmup_steps: The first step at the rate of the schedule.

    Call arguments:
        step: int or float scalar, the number of steps taken so far.

    Returns:
        float32 scalar.

    Raises:
        ValueError: If `schedule` is a negative number, or `warmup_steps` is
            neither 0 nor a positive integer.
    """

    def __init__(self, schedule, warmup_steps: int):
        if not callable(schedule):
            require_finite(0, schedule=schedule)
        if warmup_steps != 0:
            require_positive(warmup_steps=warmup_steps)
        self.schedule = schedule
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        step = ops.cast(step, "float32")
        rate = self._scheduled(step)
        if self.warmup_steps == 0:
            return rate
        warm = step / self.warmup_steps * self._scheduled(0.0)
        return ops.where(step < self.warmup_steps, warm, rate)

    def _scheduled(self, step):
        rate = self.schedule(step) if callable(self.schedule) else self.schedule
        return ops.cast(rate, "float32")

    def get_config(self):
        return {
            "schedule": keras.saving.serialize_keras_object(self.schedule),
            "warmup_steps": self.warmup_steps,
        }

    @classmethod
    def from_config(cls, config):
        schedule = keras.saving.deserialize_keras_object(config["schedule"])
        return cls(**{**config, "schedule": schedule})
