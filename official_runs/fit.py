"""Training in a run's folder, as every program does it."""

from collections.abc import Callable, Mapping

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


def set_up(dtype: str, seed: int) -> None:
    """Decides the number format and the first weights of what is made next."""
    keras.utils.set_random_seed(seed)
    training.set_precision(dtype)


def fit(
    folder: training.RunFolder,
    train_step: training.TrainStep,
    batches: Callable[[int, tf.distribute.InputContext], tf.data.Dataset],
    schedule: training.Schedule,
    evaluate: Callable[[], Mapping[str, float]] | None = None,
    accept_changed_settings: bool = False,
) -> None:
    """Trains in a run's folder, from where the run stands.

    Args:
        folder: The run's.
        train_step: The step.
        batches: See `training.train`.
        schedule: When to report, save, evaluate and end.
        evaluate: Gives the numbers of an evaluation.
        accept_changed_settings: Whether a run may go on with others than it
            began with.

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
