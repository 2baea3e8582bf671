"""Reads a vocabulary of word pieces."""

import tensorflow as tf


def read_vocabulary(path: str) -> list[str]:
    """Reads the entries of a `vocab.txt`: one in each line, by id.

    Args:
        path: A UTF-8 file.

    Raises:
        ValueError: If the file does not exist or is not UTF-8.
    """
    try:
        with tf.io.gfile.GFile(path, "rb") as file:
            lines = file.read().decode("utf-8").split("\n")
    except tf.errors.NotFoundError:
        raise ValueError(
            f"A vocabulary must be a file that exists. Received: {path=}."
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"A vocabulary must be UTF-8. Received: {path=}: {error}."
        ) from None
    if lines[-1] == "":
        lines.pop()
    return [line.rstrip("\r") for line in lines]
