"""Writes numbers for TensorBoard."""

import os
from collections.abc import Mapping

import tensorflow as tf


class Summaries:
    """Writes the numbers of a run for TensorBoard, a folder for each part.

    Args:
        path: The run's folder; the numbers go to `summaries/` in it.
    """

    def __init__(self, path: str):
        self._path = path
        self._writers = {}

    def write(self, step: int, part: str, values: Mapping[str, float]) -> None:
        """Writes the numbers of a step.

        Args:
            step: How many steps were taken.
            part: What the numbers are measured on, such as `train`.
            values: The numbers by name.
        """
        if part not in self._writers:
            self._writers[part] = tf.summary.create_file_writer(
                os.path.join(self._path, "summaries", part)
            )
        with self._writers[part].as_default(step):
            for name, value in values.items():
                tf.summary.scalar(name, value)
        self._writers[part].flush()
