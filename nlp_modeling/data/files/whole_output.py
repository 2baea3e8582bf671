"""Writes an output that appears complete or not at all."""

import contextlib
import os
from collections.abc import Iterator

import tensorflow as tf

from nlp_modeling import files


@contextlib.contextmanager
def whole_output(
    path: str, overwrite: bool = False, *, is_file: bool = False
) -> Iterator[str]:
    """Gives a path to write to, and renames it to `path` at the end.

    A run that is killed leaves `path` unchanged. Its output stays beside it as
    `.<name>.partial`, and the next run replaces that.

        with whole_output("corpus") as folder:
            files.make_folder(folder)
            write(folder + "/train.tfrecord")

    Args:
        path: The path of the file or folder; see `nlp_modeling.files`.
        overwrite: Whether an existing output is replaced.
        is_file: Whether the output is a file. If so, `path` must not be a
            folder, which is then found before the work.

    Yields:
        An unused path in the same folder, for a file or a folder.

    Raises:
        ValueError: If `path` is empty, or a folder in place of a file.
        FileExistsError: If `path` exists and `overwrite` is false. An empty
            folder may exist.
        OSError: If `path` cannot be written, which is found before the work.
    """
    path = files.plain_path(path).rstrip("/")
    if not path.strip():
        raise ValueError(
            f"The path of an output must not be empty. Received: {path=}."
        )
    if is_file:
        _require_no_folder(path)
    if _is_taken(path) and not overwrite:
        raise FileExistsError(
            f"An output must not exist, unless it is to be replaced "
            f"(--overwrite). Received: {path=}, which exists."
        )
    folder, name = os.path.split(path)
    # Not the beginning of another path: `ram://` takes that for its folder.
    partial = os.path.join(folder, f".{name}.partial")
    replaced = os.path.join(folder, f".{name}.replaced")
    _require_writable(path, partial)
    try:
        yield partial
        if files.is_folder(path) and not files.is_folder(partial):
            _require_no_folder(path)
    except BaseException:
        files.remove(partial)
        raise
    if files.is_folder(path):
        # A folder cannot be renamed to a folder that is not empty.
        files.remove(replaced)
        files.rename(path, replaced)
        files.rename(partial, path)
        files.remove(replaced)
    else:
        files.rename(partial, path)


def _require_no_folder(path):
    if files.is_folder(path):
        raise ValueError(
            f"An output must be a file. Received: {path=}, which is a folder."
        )


def _require_writable(path, partial):
    """Tries to write, and leaves nothing but the folder of `path`."""
    try:
        if folder := os.path.dirname(path):
            files.make_folder(folder)
        files.remove(partial)
        with files.open_file(partial, "wb") as file:
            file.write(b"")
        files.remove(partial)
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OSError(
            f"An output must be writable ({reason}). Received: {path=}."
        ) from None


def _is_taken(path):
    if files.is_folder(path):
        return bool(files.list_folder(path))
    return files.file_exists(path)
