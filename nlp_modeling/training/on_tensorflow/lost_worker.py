"""Names a lost worker in place of TensorFlow's error."""

import contextlib

import tensorflow as tf


class LostWorker(ConnectionError):
    """Reports that another worker was lost; the same commands continue."""


@contextlib.contextmanager
def lost_worker_named():
    """Raises one error that names a lost worker, in place of TensorFlow's.

    Raises:
        LostWorker: If another worker was lost.
    """
    try:
        yield
    except (tf.errors.UnavailableError, tf.errors.AbortedError) as error:
        if "/job:worker" not in error.message:  # Of this machine alone.
            raise
        lines = error.message.splitlines()
        said = [line for line in lines if "aborted by:" in line] or lines[:1]
        raise LostWorker(
            "Another worker was lost. Start all workers again with the same "
            "commands: they resume from the last checkpoint. "
            + said[0].split("}} ")[-1]  # Without the name of an operation.
        ) from error
