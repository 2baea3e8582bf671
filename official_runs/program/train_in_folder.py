"""Trains in a run's folder, from the step that the run has reached."""

from collections.abc import Callable, Mapping

import tensorflow as tf

from nlp_modeling import checkpoints, training
from official_runs.program.plot_metrics import plot_metrics
from official_runs.program.settings import (
    require_same_settings,
    write_settings,
)
from official_runs.program.training_report import TrainingReport


def open_folder(
    model_dir: str, strategy: tf.distribute.Strategy
) -> training.RunFolder:
    """Opens a run's folder; one of several workers writes to it."""
    return training.RunFolder(model_dir, strategy.extended.should_checkpoint)


def require_resumable(
    folder: training.RunFolder, accept_changed_settings: bool, **arguments
) -> None:
    """Raises at once if a run with checkpoints began with other settings.

    Args:
        folder: The run's.
        accept_changed_settings: Whether a run may resume with other settings.
        **arguments: See `require_same_settings`.

    Raises:
        ValueError: Naming the settings that differ, or if all checkpoints are
            damaged.
    """
    resumes = checkpoints.whole_checkpoints(folder.checkpoints)
    if resumes and folder.writes and not accept_changed_settings:
        require_same_settings(folder.path, **arguments)


def train_in_folder(
    folder: training.RunFolder,
    train_step: training.TrainStep,
    batches: Callable[[int, tf.distribute.InputContext], tf.data.Dataset],
    schedule: training.Schedule,
    evaluate: Callable[[], Mapping[str, float]] | None,
    accept_changed_settings: bool,
) -> None:
    """Trains in a run's folder, from the step that the run has reached.

    Args:
        folder: The run's.
        train_step: Takes one step.
        batches: See `training.train`.
        schedule: Says when to report, save, evaluate and end.
        evaluate: Gives the numbers of an evaluation.
        accept_changed_settings: Whether a run may resume with other settings.

    Raises:
        ValueError: If the folder holds another run, or the disk has no room.
        FloatingPointError: If a loss or gradient is not finite.
        training.Stopped: After SIGTERM or Ctrl-C, with the state saved.
    """
    require_resumable(folder, accept_changed_settings)
    saved = training.Checkpoints(
        folder.checkpoints,
        train_step.model,
        train_step.optimizer,
        writes=folder.writes,
    )
    step = saved.restore()
    folder.continue_from(step)
    report = None
    if folder.writes:
        write_settings(folder.path)
        report = TrainingReport(schedule.num_train_steps, step)
    training.train(
        train_step,
        batches,
        schedule,
        folder,
        saved,
        evaluate=evaluate,
        report=report,
    )
    if folder.writes:
        plot_metrics(folder)
