"""Reads a TFRecord file in blocks, and says which record is damaged."""

import gzip
import zlib

import tensorflow as tf

from nlp_modeling.data.records.require import require

# Shapes: R records of a block.

_RECORDS = 128


def record_blocks(path, size, *, packed: bool) -> tf.data.Dataset:
    """Gives the records of a file in blocks, and where each block begins.

    Args:
        path: string scalar.
        size: int64 scalar, the file's size in bytes.
        packed: Whether the file is packed with gzip.

    Returns:
        A dataset of pairs: string [R], and int64 scalar, the place of the
        block's first record in the file. The last R is 0.

    Raises:
        tf.errors.InvalidArgumentError: While reading, at a record that is cut
            off or damaged, or a file without any. Names the file and, counted
            from 0, the record; in a packed file the first that could not be
            unpacked, up to 256 KB before the damage.
    """
    # TensorFlow's error names no file. So reading ends at damage, silently, and
    # then what was read is compared with what the file holds.
    records = tf.data.TFRecordDataset(path, "GZIP" if packed else "")
    records = records.ignore_errors()
    end = tf.data.Dataset.from_tensors(tf.zeros([0], tf.string))

    def is_whole(read):
        if not packed:
            return read == size
        return tf.numpy_function(_holds_unpacked, [path, read], tf.bool)

    def count(state, block):
        first, read = state
        requirement = require(
            tf.cond(tf.size(block) > 0, lambda: True, lambda: is_whole(read)),
            "A record must be whole. Received: file=",
            path,
            ", record=",
            first,
        )
        with tf.control_dependencies([requirement]):
            # A length of 12 bytes stands before, a checksum of 4 after.
            sizes = tf.cast(tf.strings.length(block) + 16, tf.int64)
            read += tf.reduce_sum(sizes)
        return (first + tf.size(block, tf.int64), read), (block, first)

    blocks = records.batch(_RECORDS).concatenate(end)
    zero = tf.constant(0, tf.int64)
    return blocks.scan((zero, zero), count)


def _holds_unpacked(path: str, size: int) -> bool:
    """Tells whether a gzip file is whole and holds `size` unpacked bytes.

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
