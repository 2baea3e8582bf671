"""A schedule after steps in which the learning rate rises from 0."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="nlp_modeling")
class LinearWarmup(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule after steps in which the learning rate rises from 0.

    The rate rises towards the first value of the schedule, which counts steps
    from the beginning, so that a decay has begun when the warm-up ends: the
    schedule of BERT and of Model Garden, to the number. The first step of all
    has a rate of 0.

    Reference:
        BERT, appendix A.2: https://arxiv.org/abs/1810.04805

    Args:
        schedule: What follows: a number or a schedule, such as
            `keras.optimizers.schedules.PolynomialDecay` or `StableDecay`.
        warmup_steps: The first step that has the schedule's own rate.

    Call arguments:
        step: int or float scalar, the number of steps taken before.

    Returns:
        float32 scalar.

    Raises:
        ValueError: If `warmup_steps` is negative.
    """

    def __init__(self, schedule, warmup_steps: int):
        if warmup_steps < 0:
            raise ValueError(
                f"`warmup_steps` must not be negative. Received: "
                f"{warmup_steps=}."
            )
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
