"""Saves and restores the state of a run, whole or not at all."""

import contextlib
import os
import re
import shutil
from concurrent import futures

import keras
import tensorflow as tf


class Checkpoints:
    """Saves and restores the state of a run, whole or not at all.

    Weights are copied between two steps, and written while training continues.
    A checkpoint counts when TensorFlow's list of checkpoints names it, which
    happens after all of its files are written.

    Args:
        folder: The folder of the checkpoints.
        model: Its weights are saved.
        optimizer: Its state is saved.
        max_to_keep: How many of the newest checkpoints stay.
        writes: Whether this worker is the one that writes.

    Attributes:
        step: The number of steps that were taken, as restored or saved.

    Raises:
        OSError: If the disk has no room for the checkpoints.
        ValueError: If two weights have the same path.
    """

    def __init__(
        self,
        folder: str,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        max_to_keep: int = 3,
        writes: bool = True,
    ):
        self.step = 0
        self._folder = folder
        self._max_to_keep = max_to_keep
        self._writes = writes
        self._state = {
            "model": _by_path(model.weights),
            # Adafactor's paths do not differ.
            "optimizer": [variable.value for variable in optimizer.variables],
            "step": tf.Variable(0, dtype=tf.int64, trainable=False),
        }
        self._copy = self._manager = self._writing = None
        self._thread = futures.ThreadPoolExecutor(max_workers=1)
        if writes:
            tf.io.gfile.makedirs(folder)
            if "://" not in folder:
                self._require_room()

    def restore(self) -> int:
        """Restores the newest checkpoint, if there is one.

        Returns:
            The number of steps that were taken; 0 without a checkpoint.

        Raises:
            ValueError: If it is of another model or optimizer.
        """
        path = tf.train.latest_checkpoint(self._folder)
        if path is None:
            return 0
        status = None
        try:
            status = tf.train.Checkpoint(**self._state).restore(path)
            status.assert_consumed()
        except (ValueError, AssertionError, tf.errors.OpError) as error:
            if status:
                status.expect_partial()  # Or TensorFlow says it once more.
            raise ValueError(
                "The checkpoint must be of this model and this optimizer. "
                f"Received: {path}: {_first_line(error)}"
            ) from error
        self.step = int(self._state["step"].numpy())
        return self.step

    def save(self, step: int) -> None:
        """Saves the state after `step` steps, unless it is saved already.

        Raises:
            tf.errors.OpError: If this or the last checkpoint cannot be written.
        """
        if step == self.step:
            return
        self.wait()
        self.step = step
        self._state["step"].assign(step)
        if self._writes:
            values = tf.nest.map_structure(lambda v: v.numpy(), self._state)
            self._writing = self._thread.submit(self._write, step, values)

    def wait(self) -> None:
        """Waits until the last checkpoint is on disk.

        Raises:
            tf.errors.OpError: If the checkpoint cannot be written.
        """
        if self._writing:
            self._writing.result()

    @contextlib.contextmanager
    def all_written(self):
        """Makes a context that waits for the last checkpoint at its end."""
        try:
            yield
        finally:
            self.wait()

    def remove_unfinished(self) -> None:
        """Deletes checkpoints that a killed run left half-written."""
        if not self._writes:
            return
        whole = {os.path.basename(path) for path in self._whole()}
        for name in tf.io.gfile.listdir(self._folder):
            written = re.match(r"(step-\d+)(\.|_temp)", name)
            if written and written[1] not in whole:
                path = os.path.join(self._folder, name.rstrip("/"))
                if tf.io.gfile.isdir(path):
                    tf.io.gfile.rmtree(path)
                else:
                    tf.io.gfile.remove(path)

    def _write(self, step, values):
        """Writes a checkpoint, in a thread outside the strategy's scope.

        In the scope of several workers, all workers would have to make the
        variables that one of them writes.
        """
        if self._copy is None:
            with tf.device("CPU:0"):
                self._copy = tf.nest.map_structure(tf.Variable, values)
            self._manager = tf.train.CheckpointManager(
                tf.train.Checkpoint(**self._copy),
                self._folder,
                self._max_to_keep,
                checkpoint_name="step",
            )
        tf.nest.map_structure(lambda c, v: c.assign(v), self._copy, values)
        self._manager.save(step)

    def _whole(self):
        state = tf.train.get_checkpoint_state(self._folder)
        return state.all_model_checkpoint_paths if state else []

    def _require_room(self):
        """Requires room for one more checkpoint than the folder keeps."""
        bytes_each = sum(
            v.dtype.size * v.shape.num_elements()
            for v in tf.nest.flatten(self._state)
        )
        missing = max(self._max_to_keep + 1 - len(self._whole()), 1)
        free = shutil.disk_usage(self._folder).free
        if free < missing * bytes_each:
            raise OSError(
                f"The disk must have room for {missing} more checkpoints of "
                f"{bytes_each:,} bytes. Received: {self._folder!r}, with "
                f"{free:,} bytes free."
            )


def _by_path(variables):
    named = {variable.path: variable.value for variable in variables}
    if len(named) < len(variables):
        paths = [variable.path for variable in variables]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        raise ValueError(
            "Weights of a checkpoint must have different paths. Give each "
            'encoder a name of its own, such as `name="generator"`. '
            f"Received, more than once: {twice}."
        )
    return named


def _first_line(error):
    return str(error).strip().split("\n")[0]
