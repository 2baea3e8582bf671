"""Trains from the step that a run has reached to its last step."""

import logging
import time
from collections.abc import Callable

import tensorflow as tf

from nlp_modeling.training.on_tensorflow.checkpoints import Checkpoints
from nlp_modeling.training.on_tensorflow.spread_batches import spread_batches
from nlp_modeling.training.on_tensorflow.sum_over_workers import (
    sum_over_workers,
)
from nlp_modeling.training.on_tensorflow.summaries import Summaries
from nlp_modeling.training.on_tensorflow.train_step import TrainStep
from nlp_modeling.training.run.loop_numbers import LoopNumbers, require_finite
from nlp_modeling.training.run.pace import Pace
from nlp_modeling.training.run.run_folder import RunFolder
from nlp_modeling.training.run.schedule import Schedule
from nlp_modeling.training.run.stop_signal import Stopped, StopSignal

_logger = logging.getLogger(__name__)


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
    checkpoint and calls this again ends with the same weights and the same
    numbers as a run that was never killed.

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
            that are logged; and between two logs, as the part `progress`, the
            numbers so far.

    Raises:
        FloatingPointError: If a loss or gradient is not finite. Names the
            step; earlier checkpoints stay.
        Stopped: After SIGTERM or Ctrl-C, with the state saved. If a step or an
            evaluation takes too long, the process ends with 75 instead.
    """
    run = _Run(
        train_step, batches, schedule, folder, checkpoints, evaluate, report
    )
    with StopSignal(run.save_meanwhile) as stop, checkpoints.all_written():
        while run.step < schedule.num_train_steps:
            # A killed run may not have evaluated at its last checkpoint.
            run.evaluate_if_due()
            run.stop_if(stop)
            run.take_steps(stop)
            run.stop_if(stop)
        run.evaluate_if_due()
    folder.drop_unreported()


class _Run:
    """Holds where a run is: see `train` for the arguments.

    Attributes:
        step: The steps that were taken.
    """

    def __init__(
        self,
        train_step,
        batches,
        schedule,
        folder,
        checkpoints,
        evaluate,
        report,
    ):
        strategy = tf.distribute.get_strategy()
        self.step = first_step = checkpoints.step
        self._iterator = iter(
            spread_batches(lambda context: batches(first_step, context))
        )
        self._loop = _Loop(train_step, strategy)
        self._counts = train_step.counts
        self._schedule = schedule
        self._folder = folder
        self._checkpoints = checkpoints
        self._evaluate = evaluate
        self._report = report or (lambda *numbers: None)
        self._summaries = Summaries(folder.path) if folder.writes else None
        self._numbers = LoopNumbers(folder.unreported(first_step))
        self._pace = Pace()
        self._is_in_step = False

    def evaluate_if_due(self):
        """Evaluates, unless it is not the time or was done."""
        due = self._schedule.is_due(
            self._schedule.evaluation_interval, self.step
        )
        if self._evaluate and due:
            if not self._folder.has(self.step, "evaluation"):
                self._log("evaluation", self._evaluate())

    def take_steps(self, stop):
        """Takes some steps, and reports and saves if it is due."""
        end = self._schedule.end_of_loop(self.step)
        count = self._pace.steps(end - self.step)
        if self._pace.is_slow:
            self._checkpoints.hold(self.step)
        began = time.monotonic()
        self._is_in_step = True
        numbers = self._loop(self._iterator, self.step, count)
        seconds = time.monotonic() - began
        if stop.received:
            stop.answer()
        require_finite(numbers, self.step)
        self.step += count
        self._numbers.add(numbers, seconds)
        self._is_in_step = False
        of_all, replicas = sum_over_workers(seconds, 1)
        self._pace.took(count, of_all / replicas)
        values = self._numbers.summary(self._counts)
        if self.step < end:
            self._report(self.step, "progress", values)
            return
        self._log("train", values)
        self._numbers = LoopNumbers()
        interval = self._schedule.checkpoint_interval
        if self._schedule.is_due(interval, self.step):
            self._checkpoints.save(self.step)

    def stop_if(self, stop):
        """Saves and raises if a worker received a signal."""
        (received,) = sum_over_workers(stop.received)
        if received and self.step < self._schedule.num_train_steps:
            stop.answer()
            self._keep(self.step)
            self._checkpoints.save(self.step)
            raise Stopped(_stopped(self.step))

    def save_meanwhile(self):
        """Saves while a step or an evaluation runs, from another thread.

        Returns:
            Whether nothing is lost if the process ends.
        """
        if not self._is_in_step:
            self._keep(self.step)
            self._checkpoints.save(self.step)
        elif self._checkpoints.holds(self.step):
            self._keep(self.step)
            self._checkpoints.save_held()
        elif self._checkpoints.step != self.step:
            return False
        self._checkpoints.wait()
        _logger.info(_stopped(self.step))
        return True

    def _keep(self, step):
        self._folder.keep_unreported(step, self._numbers.as_lists())

    def _log(self, part, values):
        self._folder.log(self.step, part, values)
        if self._summaries:
            self._summaries.write(self.step, part, values)
        self._report(self.step, part, values)


def _stopped(step):
    return f"Stopped after step {step:,}. The same command continues."


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

    # AutoGraph would read the whole step for a second, and find nothing.
    @tf.function(autograph=False)
    def _steps(self, iterator, first, count):
        def take(index, rows):
            step = first + tf.cast(index, tf.int64)
            row = self._strategy.run(self._row, args=(next(iterator), step))
            row = self._strategy.experimental_local_results(row)[0]
            return index + 1, rows.write(index, row)

        rows = tf.TensorArray(tf.float32, count)
        _, rows = tf.while_loop(
            lambda index, _: index < count, take, (tf.constant(0), rows)
        )
        return rows.stack()

    def _row(self, features, step):
        numbers = self._train_step(features, step)
        self._names = list(numbers)
        return tf.stack(list(numbers.values()))
