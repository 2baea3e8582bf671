"""Trains from the step that a run has reached to its last step."""

import time
from collections.abc import Callable

import tensorflow as tf

from nlp_modeling.training.on_tensorflow.any_worker import any_worker
from nlp_modeling.training.on_tensorflow.checkpoints import Checkpoints
from nlp_modeling.training.on_tensorflow.spread_batches import spread_batches
from nlp_modeling.training.on_tensorflow.summaries import Summaries
from nlp_modeling.training.on_tensorflow.train_step import TrainStep
from nlp_modeling.training.run.loop_numbers import require_finite, sum_up
from nlp_modeling.training.run.run_folder import RunFolder
from nlp_modeling.training.run.schedule import Schedule
from nlp_modeling.training.run.stop_signal import Stopped, StopSignal


def train(
    train_step: TrainStep,
    batches: Callable[[int, tf.distribute.InputContext], tf.data.Dataset],
    schedule: Schedule,
    folder: RunFolder,
    checkpoints: Checkpoints,
    evaluate: Callable[[], dict[str, float]] | None = None,
    report: Callable[[int, str, dict[str, float]], None] | None = None,
) -> None:
    """Trains from the step that a run has reached to its last step.

    Call it in the scope of the strategy. A killed run that restores its
    checkpoint and calls this again ends with the same weights as a run that
    was never killed.

    Args:
        train_step: Takes one step.
        batches: Takes the number of the first step and the input context.
            Gives the batches from that step on, one element for each replica
            of the pipeline in turn.
        schedule: Says when to report, save, evaluate and end.
        folder: Logs the numbers.
        checkpoints: Saves the state.
        evaluate: Gives the numbers of an evaluation.
        report: Takes each step, part (`train` or `evaluation`) and numbers
            that are logged.

    Raises:
        FloatingPointError: If a loss or gradient is not finite. Names the
            step; earlier checkpoints stay.
        Stopped: After SIGTERM or Ctrl-C, with the state saved.
    """
    strategy = tf.distribute.get_strategy()
    step = checkpoints.step
    first_step = step  # A name of its own: the function below keeps it.
    iterator = iter(
        spread_batches(lambda context: batches(first_step, context))
    )
    loop = _Loop(train_step, strategy)
    summaries = Summaries(folder.path) if folder.writes else None

    def log(part, values):
        folder.log(step, part, values)
        if summaries:
            summaries.write(step, part, values)
        if report:
            report(step, part, values)

    with StopSignal() as stop, checkpoints.all_written():
        while True:
            # A killed run may not have evaluated at its last checkpoint.
            due = schedule.is_due(schedule.evaluation_interval, step)
            if evaluate and due and not folder.has(step, "evaluation"):
                log("evaluation", evaluate())
            if step >= schedule.num_train_steps:
                break
            began = time.monotonic()
            end = schedule.end_of_loop(step)
            numbers = loop(iterator, step, end - step)
            require_finite(numbers, step)
            step = end
            seconds = time.monotonic() - began
            log("train", sum_up(numbers, train_step.counts, seconds))
            stopped = any_worker(stop.received) and (
                step < schedule.num_train_steps
            )
            if stopped or schedule.is_due(schedule.checkpoint_interval, step):
                checkpoints.save(step)
            if stopped:
                raise Stopped(
                    f"Stopped after step {step:,}. The same command continues."
                )


class _Loop:
    """Takes several steps inside one graph."""

    def __init__(self, train_step, strategy):
        self._train_step = train_step
        self._strategy = strategy
        self._names = []

    def __call__(self, iterator, first, count):
        """Gives float32 [count] for each number that a step reports."""
        table = self._steps(
            iterator, tf.constant(first, tf.int64), tf.constant(count)
        )
        return dict(zip(self._names, table.numpy().T, strict=True))

    @tf.function
    def _steps(self, iterator, first, count):
        rows = tf.TensorArray(tf.float32, count)
        for index in tf.range(count):
            step = first + tf.cast(index, tf.int64)
            row = self._strategy.run(self._row, args=(next(iterator), step))
            row = self._strategy.experimental_local_results(row)[0]
            rows = rows.write(index, row)
        return rows.stack()

    def _row(self, features, step):
        numbers = self._train_step(features, step)
        self._names = list(numbers)
        return tf.stack(list(numbers.values()))
