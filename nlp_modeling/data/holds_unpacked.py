"""Whether a file packed with gzip holds so much."""

import gzip
import zlib

import tensorflow as tf


def holds_unpacked(path: str, size: int) -> bool:
    """Whether a file packed with gzip is whole and holds `size` bytes.

    A file ends with its unpacked size, which is all that is read if it is
    right. Otherwise the file is damaged, or several files one after the other.

    Args:
        path: The file.
        size: In bytes, 1 or more.
    """
    if not size:
        return False
    with tf.io.gfile.GFile(path, "rb") as file:
        file.seek(file.size() - 4)
        if int.from_bytes(file.read(4), "little") == size % 2**32:
            return True
        file.seek(0)
        try:
            with gzip.open(file) as unpacked:
                while read := len(unpacked.read(1 << 20)):
                    size -= read
        except (EOFError, OSError, zlib.error):
            return False
    return size == 0
