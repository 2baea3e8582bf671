"""Writes an output that appears whole or not at all."""

import contextlib
from collections.abc import Iterator

import tensorflow as tf


@contextlib.contextmanager
def whole_output(path: str, overwrite: bool = False) -> Iterator[str]:
    """Gives a path to write to, which becomes `path` when all went well.

    A run that is killed leaves `path` as it was, and what it wrote under a
    name that ends with `.partial`, which the next run replaces.

        with whole_output("corpus") as folder:
            tf.io.gfile.makedirs(folder)
            write(folder + "/train.tfrecord")

    Args:
        path: Where the file or folder is to appear.
        overwrite: Whether to replace what is there.

    Yields:
        A free path beside `path`, for a file or a folder.

    Raises:
        FileExistsError: If `path` exists, but for an empty folder, and
            `overwrite` is false.
    """
    path = str(path).rstrip("/")
    partial = f"{path}.partial"
    if _is_taken(path) and not overwrite:
        raise FileExistsError(
            f"An output is not replaced unless told (--overwrite). "
            f"Received: {path=}, which exists."
        )
    _remove(partial)
    folder = path.rpartition("/")[0]
    if folder:
        tf.io.gfile.makedirs(folder)
    try:
        yield partial
    except BaseException:
        _remove(partial)
        raise
    if tf.io.gfile.isdir(path):
        # No file system renames a folder over a full one.
        _remove(f"{path}.replaced")
        tf.io.gfile.rename(path, f"{path}.replaced")
        tf.io.gfile.rename(partial, path)
        _remove(f"{path}.replaced")
    else:
        tf.io.gfile.rename(partial, path, overwrite=True)


def _is_taken(path):
    if tf.io.gfile.isdir(path):
        return bool(tf.io.gfile.listdir(path))
    return tf.io.gfile.exists(path)


def _remove(path):
    if tf.io.gfile.isdir(path):
        tf.io.gfile.rmtree(path)
    elif tf.io.gfile.exists(path):
        tf.io.gfile.remove(path)
