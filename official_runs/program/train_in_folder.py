"""Training in a run's folder, as every program does it."""

from collections.abc import Callable, Mapping

import gin
import keras
import tensorflow as tf

from nlp_modeling import training
from official_runs.plot_metrics import plot_metrics
from official_runs.settings import write_settings
from official_runs.training_report import TrainingReport


def open_folder(model_dir: str) -> training.RunFolder:
    """Takes a run's folder, for the worker that writes."""
    strategy = tf.distribute.get_strategy()
    return training.RunFolder(model_dir, strategy.extended.should_checkpoint)


@gin.configurable
def set_up(*, dtype: str, seed: int) -> None:
    """Decides the number format and the first weights of what is made next.

    Args:
        dtype: See `training.set_precision`.
        seed: Decides the weights.
    """
    keras.utils.set_random_seed(seed)
    training.set_precision(dtype)


@gin.configurable
def make_step(
    model: keras.Model,
    losses: Mapping[str, training.Measure],
    *,
    train_step: Callable[..., training.TrainStep],
    optimizer: keras.optimizers.Optimizer,
    dtype: str,
    loss_scale: str | float,
) -> training.TrainStep:
    """The step of a model, which counts its tokens.

    To be called in the scope of the strategy.

    Args:
        model: What is trained.
        losses: What is minimized: their sum.
        train_step: Makes the step, as `training.TrainStep`.
        optimizer: Moves the weights.
        dtype: See `training.set_precision`.
        loss_scale: See `training.scaled`.
    """
    return train_step(
        model,
        losses,
        training.scaled(optimizer, dtype, loss_scale),
        counts={"tokens": "input_mask"},
    )


@gin.configurable
def fit(
    folder: training.RunFolder,
    train_step: training.TrainStep,
    batches: Callable[[int, tf.distribute.InputContext], tf.data.Dataset],
    evaluate: Callable[[], Mapping[str, float]] | None,
    accept_changed_settings: bool,
    *,
    schedule: training.Schedule,
) -> None:
    """Trains in a run's folder, from where the run stands.

    Args:
        folder: The run's.
        train_step: The step.
        batches: See `training.train`.
        evaluate: Gives the numbers of an evaluation, if there is one.
        accept_changed_settings: Whether a run may go on with others than it
            began with.
        schedule: When to report, save, evaluate and end.

    Raises:
        ValueError: If the folder holds another run, or the disk has no room.
        FloatingPointError: If a loss or gradient is not finite.
        training.Stopped: If a signal said so.
    """
    if folder.writes:
        begins = tf.train.latest_checkpoint(folder.checkpoints) is None
        write_settings(folder.path, begins or accept_changed_settings)
    checkpoints = training.Checkpoints(
        folder.checkpoints,
        train_step.model,
        train_step.optimizer,
        writes=folder.writes,
    )
    checkpoints.remove_unfinished()
    step = checkpoints.restore()
    folder.continue_from(step)
    report = None
    if folder.writes:
        report = TrainingReport(schedule.num_train_steps, step)
    training.train(
        train_step,
        batches,
        schedule,
        folder,
        checkpoints,
        evaluate=evaluate,
        report=report,
    )
    if folder.writes:
        plot_metrics(folder.path)
