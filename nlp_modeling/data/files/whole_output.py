"""Writes an output that appears complete or not at all."""

import contextlib
from collections.abc import Iterator

import tensorflow as tf


@contextlib.contextmanager
def whole_output(path: str, overwrite: bool = False) -> Iterator[str]:
    """Gives a path to write to, and renames it to `path` at the end.

    A run that is killed leaves `path` unchanged. Its output stays under a name
    that ends with `.partial`, and the next run replaces that.

        with whole_output("corpus") as folder:
            tf.io.gfile.makedirs(folder)
            write(folder + "/train.tfrecord")

    Args:
        path: The path of the file or folder.
        overwrite: Whether an existing output is replaced.

    Yields:
        An unused path in the same folder, for a file or a folder.

    Raises:
        FileExistsError: If `path` exists and `overwrite` is false. An empty
            folder may exist.
    """
    path = str(path).rstrip("/")
    partial = f"{path}.partial"
    if _is_taken(path) and not overwrite:
        raise FileExistsError(
            f"An output must not exist, unless it is to be replaced "
            f"(--overwrite). Received: {path=}, which exists."
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
        # A folder cannot be renamed to a folder that is not empty.
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
