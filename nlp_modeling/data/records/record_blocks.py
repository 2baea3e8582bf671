"""Reads a TFRecord file in blocks. Errors name the damaged record."""

import gzip
import zlib

import tensorflow as tf

from nlp_modeling.data.records.require import require

# Shapes: R records of a block.

_RECORDS = 128


@tf.autograph.experimental.do_not_convert  # It finds nothing, slowly.
def record_blocks(path, size, *, packed: bool) -> tf.data.Dataset:
    """Reads a TFRecord file in blocks. Errors name the damaged record.

    Args:
        path: string scalar.
        size: int64 scalar, the size of the file in bytes.
        packed: Whether the file is compressed with gzip.

    Returns:
        A dataset of pairs: string [R], and int64 scalar, the index of the
        block's first record in the file. The last block has no records.

    Raises:
        tf.errors.InvalidArgumentError: While reading, if a record is truncated
            or damaged, or the file holds no record. Names the file and the
            record, counted from 0. In a compressed file it is the first record
            that was not unpacked, up to 256 KB before the damage.
    """
    # TensorFlow's error does not name the file. So reading ends silently at
    # damage, and then the bytes that were read are compared with the file.
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
            # 12 bytes of length precede a record, 4 of checksum follow it.
            sizes = tf.cast(tf.strings.length(block) + 16, tf.int64)
            read += tf.reduce_sum(sizes)
        return (first + tf.size(block, tf.int64), read), (block, first)

    blocks = records.batch(_RECORDS).concatenate(end)
    zero = tf.constant(0, tf.int64)
    return blocks.scan((zero, zero), count)


def _holds_unpacked(path: str, size: int) -> bool:
    """Tells whether a gzip file is complete and holds `size` unpacked bytes.

    A gzip file ends with its unpacked size. If that is right, nothing else is
    read. Otherwise the file is damaged, or several gzip files joined.

    Args:
        path: The file.
        size: The expected size in bytes.
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
