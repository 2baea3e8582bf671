"""Opens files on the local disk or, by TensorFlow, in remote storage.

A path is local if it is plain or begins with `file://`. Any other path with
`://`, such as `gs://bucket/run`, is remote, and needs TensorFlow.
"""

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator


def plain_path(path: str) -> str:
    """Drops `file://` from a local path."""
    return os.fspath(path).removeprefix("file://")


def is_remote(path: str) -> bool:
    """Tells whether a path is in remote storage."""
    return "://" in plain_path(path)


def open_file(path: str, mode: str = "r"):
    """Opens a file of UTF-8 text, or of bytes with a `b` in the mode.

    Raises:
        OSError: If a local file cannot be opened.
        tf.errors.OpError: If a remote file cannot be read or written.
    """
    path = plain_path(path)
    if is_remote(path):
        return _gfile().GFile(path, mode)
    return open(path, mode, encoding=None if "b" in mode else "utf-8")


def file_exists(path: str) -> bool:
    """Tells whether a file or folder exists."""
    path = plain_path(path)
    return (_gfile() if is_remote(path) else os.path).exists(path)


def is_folder(path: str) -> bool:
    """Tells whether a folder exists."""
    path = plain_path(path)
    return (_gfile() if is_remote(path) else os.path).isdir(path)


def list_folder(path: str) -> list[str]:
    """Lists the names of a folder's files and folders, sorted."""
    path = plain_path(path)
    names = (_gfile() if is_remote(path) else os).listdir(path)
    return sorted(name.rstrip("/") for name in names)


def match(pattern: str) -> list[str]:
    """Lists the files and folders that match a glob, sorted."""
    pattern = plain_path(pattern)
    find = _gfile().glob if is_remote(pattern) else glob.glob
    return sorted(find(pattern))


def make_folder(path: str) -> None:
    """Makes a folder and its parents, unless they exist."""
    path = plain_path(path)
    if is_remote(path):
        _gfile().makedirs(path)
    else:
        os.makedirs(path, exist_ok=True)


def remove(path: str) -> None:
    """Removes a file, or a folder with all that is in it, if it exists."""
    path = plain_path(path)
    if is_folder(path):
        (_gfile().rmtree if is_remote(path) else shutil.rmtree)(path)
    elif file_exists(path):
        (_gfile() if is_remote(path) else os).remove(path)


def rename(path: str, new: str) -> None:
    """Renames a file or a folder; a file takes the place of a file."""
    path, new = plain_path(path), plain_path(new)
    if not is_remote(path):
        os.replace(path, new)
    elif not is_folder(path):
        _gfile().rename(path, new, overwrite=True)
    else:
        # TensorFlow's ram:// renames a folder without its files.
        make_folder(new)
        for name in list_folder(path):
            rename(f"{path}/{name}", f"{new}/{name}")
        remove(path)


def replace_file(path: str, text: str) -> None:
    """Writes a file that appears whole, in place of the file that exists."""
    new = f"{path}.new"
    with open_file(new, "w") as file:
        file.write(text)
    rename(new, path)


@contextlib.contextmanager
def read_locally(path: str) -> Iterator[str]:
    """Gives a local path of a file, for libraries that know no other."""
    path = plain_path(path)
    if not is_remote(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        local = os.path.join(folder, os.path.basename(path))
        _gfile().copy(path, local)
        yield local


@contextlib.contextmanager
def written_locally(path: str) -> Iterator[str]:
    """Gives a local path to write a file to, which is at `path` at the end."""
    path = plain_path(path)
    if not is_remote(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        local = os.path.join(folder, os.path.basename(path))
        yield local
        remove(path)  # TensorFlow's ram:// appends to a file that exists.
        _gfile().copy(local, path)


def _gfile():
    import tensorflow as tf

    return tf.io.gfile
