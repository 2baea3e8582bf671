"""The state of a run on disk, whole or absent."""

import os
import re
from concurrent import futures

import keras
import tensorflow as tf


class Checkpoints:
    """The state of a run on disk, whole or absent.

    Weights are copied within a step and written while training goes on. A
    checkpoint counts from the moment at which TensorFlow's list of them names
    it, which is after all of it is written.

    Args:
        folder: Where they are, and will be written.
        model: Its weights are saved.
        optimizer: Its state is saved.
        max_to_keep: How many of the newest stay.
        writes: Whether this process is the one of all workers that writes.

    Attributes:
        step: The number of steps that were taken, as restored or saved.
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
        self._step = tf.Variable(0, dtype=tf.int64, trainable=False)
        # Without the Keras objects around the variables: those cannot be copied
        # while training goes on.
        self._checkpoint = tf.train.Checkpoint(
            model=_by_path(model.weights),
            # Adafactor's paths do not differ.
            optimizer=[variable.value for variable in optimizer.variables],
            step=self._step,
        )
        self._manager = tf.train.CheckpointManager(
            self._checkpoint, folder, max_to_keep, checkpoint_name="step"
        )
        self._options = tf.train.CheckpointOptions(
            experimental_enable_async_checkpoint=True
        )
        self._thread = futures.ThreadPoolExecutor(max_workers=1)
        self._writes = writes

    def restore(self) -> int:
        """Takes over the newest checkpoint, if there is any.

        Returns:
            The number of steps that were taken; 0 without a checkpoint.

        Raises:
            ValueError: If it is of another model or optimizer.
        """
        path = self._manager.latest_checkpoint
        if path is None:
            return 0
        try:
            status = self._checkpoint.restore(path)
            status.assert_existing_objects_matched()
        except (ValueError, AssertionError, tf.errors.OpError) as error:
            raise ValueError(
                "The checkpoint must be of this model and this optimizer. "
                f"Received: {path}: {_first_line(error)}"
            ) from error
        self.step = int(self._step.numpy())
        return self.step

    def save(self, step: int) -> None:
        """Saves the state after `step` steps, unless it is saved already."""
        if step == self.step and self._manager.latest_checkpoint:
            return
        self.step = step
        self._step.assign(step)
        if self._writes:
            # In a thread, which is in no strategy's scope: TensorFlow makes
            # variables to save with, and in that scope all workers must.
            self._thread.submit(
                self._manager.save, step, options=self._options
            ).result()

    def wait(self) -> None:
        """Returns when what was saved is on disk."""
        if self._writes:
            self._checkpoint.sync()

    def remove_unfinished(self) -> None:
        """Deletes what a killed run left half-written."""
        if not self._writes or not tf.io.gfile.isdir(self._folder):
            return
        whole = {os.path.basename(path) for path in self._manager.checkpoints}
        for name in tf.io.gfile.listdir(self._folder):
            written = re.match(r"(step-\d+)(\.|_temp)", name)
            if written and written[1] not in whole:
                path = os.path.join(self._folder, name.rstrip("/"))
                if tf.io.gfile.isdir(path):
                    tf.io.gfile.rmtree(path)
                else:
                    tf.io.gfile.remove(path)


def _by_path(variables):
    named = {variable.path: variable.value for variable in variables}
    if len(named) < len(variables):
        paths = [variable.path for variable in variables]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        raise ValueError(
            "Weights must have paths that differ, to be told apart in a "
            f"checkpoint. Received, more than once: {twice}."
        )
    return named


def _first_line(error):
    return str(error).strip().split("\n")[0]
