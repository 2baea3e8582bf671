"""Makes the optimizer of a run from its number of steps."""

import math
from collections.abc import Callable

import keras

from nlp_modeling import optimization
from official_runs.program.configurable import configurable


@configurable
def make_optimizer(
    num_train_steps: int,
    *,
    optimizer: Callable[..., keras.optimizers.Optimizer],
    decay: Callable[..., keras.optimizers.schedules.LearningRateSchedule],
    warmup_steps: int | None,
    warmup_rate: float | None = None,
) -> keras.optimizers.Optimizer:
    """Makes an optimizer whose learning rate warms up and decays.

    Args:
        num_train_steps: The steps of the run.
        optimizer: The class, called with `learning_rate`.
        decay: Makes the schedule after the warm-up, called with
            `num_train_steps`: `linear_decay` or `StableDecay`.
        warmup_steps: Steps in which the learning rate rises. None takes the
            share `warmup_rate` of all steps.
        warmup_rate: The share.

    Raises:
        ValueError: If neither `warmup_steps` nor `warmup_rate` is given, or the
            warm-up is longer than the run.
    """
    if warmup_steps is None:
        if warmup_rate is None:
            raise ValueError(
                "`warmup_steps` or `warmup_rate` must be given. "
                f"Received: {warmup_steps=}, {warmup_rate=}."
            )
        warmup_steps = int(num_train_steps * warmup_rate)
    if not 0 <= warmup_steps <= num_train_steps:
        raise ValueError(
            "`warmup_steps` must be from 0 to the steps of the run. Received: "
            f"{warmup_steps=}, {num_train_steps=}."
        )
    schedule = decay(num_train_steps=num_train_steps)
    return optimizer(
        learning_rate=optimization.LinearWarmup(schedule, warmup_steps)
    )


@configurable
def linear_decay(
    num_train_steps: int, *, learning_rate: float, end_learning_rate: float
) -> keras.optimizers.schedules.PolynomialDecay:
    """Makes a learning rate that falls linearly to the last step.

    Args:
        num_train_steps: The steps of the run.
        learning_rate: At the first step.
        end_learning_rate: At the last step.

    Raises:
        ValueError: If a rate is negative or not finite.
    """
    for name, rate in {
        "learning_rate": learning_rate,
        "end_learning_rate": end_learning_rate,
    }.items():
        if not 0 <= rate < math.inf:
            raise ValueError(
                f"`{name}` must be a finite number from 0 on. "
                f"Received: {name}={rate!r}."
            )
    return keras.optimizers.schedules.PolynomialDecay(
        learning_rate, num_train_steps, end_learning_rate
    )
