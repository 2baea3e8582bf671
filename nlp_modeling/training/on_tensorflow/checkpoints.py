"""Saves and restores the state of a run, whole or not at all."""

import contextlib
import os
import re
import shutil
from concurrent import futures

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling import checkpoints, files


class Checkpoints:
    """Saves and restores the state of a run, whole or not at all.

    Weights are copied between two steps, and written while training continues.
    The newest whole checkpoint counts, see `checkpoints.whole_checkpoints`.

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
        self._copy = self._held = self._writing = None
        self._thread = futures.ThreadPoolExecutor(max_workers=1)
        if writes:
            files.make_folder(folder)
            if not files.is_remote(folder):
                self._require_room()

    def restore(self) -> int:
        """Restores the newest whole checkpoint, if there is one.

        Returns:
            The number of steps that were taken; 0 without a checkpoint.

        Raises:
            ValueError: If it is of another model or optimizer, or checkpoints
                are there and all are damaged.
        """
        found = checkpoints.whole_checkpoints(self._folder)
        if not found:
            return 0
        status = None
        try:
            status = tf.train.Checkpoint(**self._state).restore(found[-1])
            status.assert_consumed()
        except (ValueError, AssertionError, tf.errors.OpError) as error:
            if status:
                status.expect_partial()  # Or TensorFlow says it once more.
            raise ValueError(
                "The checkpoint must be of this model and this optimizer. "
                f"Received: {found[-1]}: {_first_line(error)}"
            ) from error
        self.step = int(self._state["step"].numpy())
        return self.step

    def save(self, step: int) -> None:
        """Saves the state after `step` steps, unless it is saved already.

        Raises:
            tf.errors.OpError: If this or the last checkpoint cannot be written.
        """
        self.hold(step)
        self.save_held()

    def hold(self, step: int) -> None:
        """Copies the state after `step` steps, unless it is saved already."""
        self._held = None
        if step != self.step:
            self._held = step, self._values(step) if self._writes else None

    def holds(self, step: int) -> bool:
        """Tells whether the state after `step` steps is held, and not saved."""
        return self._held is not None and self._held[0] == step

    def save_held(self) -> None:
        """Saves the state that `hold` copied, if it copied any."""
        self.wait()
        if self._held:
            self.step, values = self._held
            if self._writes:
                self._writing = self._thread.submit(
                    self._write, self.step, values
                )
        self._held = None

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

    def _values(self, step):
        values = tf.nest.map_structure(lambda v: v.numpy(), self._state)
        return {**values, "step": np.int64(step)}

    def _write(self, step, values):
        """Writes a checkpoint, in a thread outside the strategy's scope.

        In the scope of several workers, all workers would have to make the
        variables that one of them writes.
        """
        if self._copy is None:
            with tf.device("CPU:0"):
                self._copy = tf.nest.map_structure(tf.Variable, values)
        tf.nest.map_structure(lambda c, v: c.assign(v), self._copy, values)
        checkpoint = tf.train.Checkpoint(**self._copy)
        _ = checkpoint.save_counter  # Made here: `restore` wants it.
        checkpoint.write(os.path.join(self._folder, f"step-{step}"))
        kept = checkpoints.whole_checkpoints(self._folder)[-self._max_to_keep :]
        self._list(kept)
        self._remove_before(kept[0])

    def _list(self, kept):
        """Writes the list by which `tf.train.latest_checkpoint` finds them."""
        names = [os.path.basename(path) for path in kept]
        lines = [f'model_checkpoint_path: "{names[-1]}"']
        lines += [f'all_model_checkpoint_paths: "{name}"' for name in names]
        path = os.path.join(self._folder, "checkpoint")
        files.replace_file(path, "".join(f"{line}\n" for line in lines))

    def _remove_before(self, oldest):
        """Removes checkpoints before the oldest that is kept, whole or not."""
        first = int(oldest.rpartition("-")[2])
        for name in files.list_folder(self._folder):
            written = re.match(r"step-(\d+)(\.|_temp)", name)
            if written and int(written[1]) < first:
                files.remove(os.path.join(self._folder, name))

    def _require_room(self):
        """Requires room for one more checkpoint than the folder keeps."""
        bytes_each = sum(
            v.dtype.size * v.shape.num_elements()
            for v in tf.nest.flatten(self._state)
        )
        found = [x for x in os.listdir(self._folder) if x.endswith(".index")]
        missing = max(self._max_to_keep + 1 - len(found), 1)
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
