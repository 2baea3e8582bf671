"""Opens files on the local disk or, by TensorFlow, in remote storage."""

import os


def open_file(path: str, mode: str = "r"):
    """Opens a file of text; a path with `://` needs TensorFlow."""
    if "://" in path:
        return _remote().GFile(path, mode)
    return open(path, mode, encoding="utf-8")


def file_exists(path: str) -> bool:
    """Tells whether a file or folder exists."""
    return (_remote() if "://" in path else os.path).exists(path)


def make_folder(path: str) -> None:
    """Makes a folder and its parents, unless they exist."""
    if "://" in path:
        _remote().makedirs(path)
    else:
        os.makedirs(path, exist_ok=True)


def replace_file(path: str, text: str) -> None:
    """Writes a file that appears whole, in place of the file that exists."""
    new = f"{path}.new"
    with open_file(new, "w") as file:
        file.write(text)
    if "://" in path:
        _remote().rename(new, path, overwrite=True)
    else:
        os.replace(new, path)


def _remote():
    import tensorflow as tf

    return tf.io.gfile
