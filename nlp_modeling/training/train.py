"""Steps of training, from where a run stands to its end."""

import dataclasses
import math
import time
from collections.abc import Callable

import tensorflow as tf

from nlp_modeling.training.checkpoints import Checkpoints
from nlp_modeling.training.run_folder import RunFolder
from nlp_modeling.training.spread_batches import spread_batches
from nlp_modeling.training.stop_signal import StopSignal
from nlp_modeling.training.train_step import TrainStep


class Stopped(Exception):
    """Training was told to stop, and its state is saved."""


@dataclasses.dataclass(frozen=True)
class Schedule:
    """When what happens, in steps.

    Args:
        num_train_steps: The end of training.
        steps_per_loop: Steps between two reports, taken without coming back to
            Python.
        checkpoint_interval: Between two checkpoints; one is written at the end
            in any case.
        evaluation_interval: Between two evaluations; None for one at the end.

    Raises:
        ValueError: If one is not positive.
    """

    num_train_steps: int
    steps_per_loop: int = 100
    checkpoint_interval: int = 1000
    evaluation_interval: int | None = None

    def __post_init__(self):
        for name, value in dataclasses.asdict(self).items():
            if value is not None and value < 1:
                raise ValueError(
                    f"`{name}` must be positive. Received: {name}={value}."
                )

    def end_of_loop(self, step: int) -> int:
        """The step at which the loop that starts at `step` ends.

        A function of `step` alone, so that a run that was killed takes the same
        loops as one that was not.
        """
        intervals = (
            self.steps_per_loop,
            self.checkpoint_interval,
            self.evaluation_interval or self.num_train_steps,
        )
        ends = [(step // interval + 1) * interval for interval in intervals]
        return min(*ends, self.num_train_steps)

    def is_due(self, interval: int | None, step: int) -> bool:
        """Whether something that happens at an interval happens at `step`."""
        if step == self.num_train_steps:
            return True
        return interval is not None and step > 0 and step % interval == 0


def train(
    train_step: TrainStep,
    batches: Callable[[int, tf.distribute.InputContext], tf.data.Dataset],
    schedule: Schedule,
    folder: RunFolder,
    checkpoints: Checkpoints,
    evaluate: Callable[[], dict[str, float]] | None = None,
    report: Callable[[int, str, dict[str, float]], None] | None = None,
) -> None:
    """Takes steps of training, from where a run stands to its end.

    To be called in the scope of the strategy. A run that was killed and calls
    this again, with a restored checkpoint, goes on as if it had not been.

    Args:
        train_step: The step.
        batches: Takes the number of the first step and the input context, and
            gives the batches from there on, one element for each replica of
            the pipeline in turn.
        schedule: When to report, save, evaluate and end.
        folder: Where numbers are logged.
        checkpoints: Where the state is saved.
        evaluate: Gives the numbers of an evaluation.
        report: Is given the step, the part (`train` or `evaluation`) and the
            numbers that are logged.

    Raises:
        FloatingPointError: If a loss or gradient is not finite. Names the step;
            the checkpoints from before stay.
        Stopped: If a signal said so.
    """
    strategy = tf.distribute.get_strategy()
    step = checkpoints.step
    first_step = step  # A name of its own: the function below keeps it.
    iterator = iter(
        spread_batches(lambda context: batches(first_step, context))
    )
    loop = _Loop(train_step, strategy)

    def log(part, values):
        folder.log(step, part, values)
        if report:
            report(step, part, values)

    with StopSignal() as stop, checkpoints.all_written():
        while True:
            # Also what a run that was killed had yet to do at this step.
            due = schedule.is_due(schedule.evaluation_interval, step)
            if evaluate and due and not folder.has(step, "evaluation"):
                log("evaluation", evaluate())
            if step >= schedule.num_train_steps:
                break
            began = time.monotonic()
            end = schedule.end_of_loop(step)
            numbers = loop(iterator, step, end - step)
            _require_finite(numbers, step)
            step = end
            seconds = time.monotonic() - began
            log("train", _summary(numbers, train_step.counts, seconds))
            stopped = stop.received() and step < schedule.num_train_steps
            if stopped or schedule.is_due(schedule.checkpoint_interval, step):
                checkpoints.save(step)
            if stopped:
                raise Stopped(
                    f"Stopped after step {step:,}. The same command continues."
                )


class _Loop:
    """Several steps inside one graph."""

    def __init__(self, train_step, strategy):
        self._train_step = train_step
        self._strategy = strategy
        self._names = []

    def __call__(self, iterator, first, count):
        """Gives float32 [count] for each number that the step reports."""
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


def _require_finite(numbers, first):
    for index, loss in enumerate(numbers["loss"]):
        norm = numbers["gradient_norm"][index]
        # With a loss scale, infinite gradients are what lowers it.
        if math.isfinite(loss) and (
            math.isfinite(norm) or "loss_scale" in numbers
        ):
            continue
        raise FloatingPointError(
            "Loss and gradient must be finite. Received, at step "
            f"{first + index + 1:,}: loss={loss}, gradient_norm={norm}. "
            "Checkpoints of earlier steps are kept."
        )


def _summary(numbers, counts, seconds):
    """One number for each that a loop's steps report."""
    summary = {}
    for name, values in numbers.items():
        if name in counts:
            summary[f"{name}_per_second"] = float(values.sum()) / seconds
        elif name in ("learning_rate", "loss_scale"):
            summary[name] = float(values[-1])
        else:
            summary[name] = float(values.mean())
    return summary
