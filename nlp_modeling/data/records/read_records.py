"""Reads raw records of TFRecord files, in an order that a seed decides."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data.records.permuted import permuted
from nlp_modeling.data.records.record_blocks import record_blocks

# Shapes: B records of a batch.


# AutoGraph has nothing to convert here, and takes seconds to find that out.
@tf.autograph.experimental.do_not_convert
def read_records(
    files: Sequence[str],
    batch_size: int,
    *,
    seed: int | None = None,
    num_epochs: int | None = 1,
    skip: int = 0,
    drop_remainder: bool = False,
    shuffle_window: int = 16_384,
    cycle_length: int = 16,
) -> tf.data.Dataset:
    """Reads batches of raw records with their origins.

    The order is a function of the arguments alone. Neither the number of
    threads nor `tf.random.set_seed` has an influence. If a seed is given, each
    epoch shuffles the files, reads `cycle_length` files at a time, and permutes
    each window of records. Otherwise the order is that of the files.

    Args:
        files: Paths. All files or none are compressed with gzip.
        batch_size: B, in records. A batch may hold records of two epochs.
        seed: Decides the order. None for the order of the files.
        num_epochs: The number of times that all files are read. None for
            endless reading.
        skip: The number of records to skip at the start. Even if they are many
            epochs, records are read at most twice for it.
        drop_remainder: Whether a last batch of fewer than B records is dropped.
        shuffle_window: The number of records that are permuted together, and
            held in memory.
        cycle_length: The number of files that are open at a time.

    Returns:
        A dataset of columns [B]: `record` string, `file` int64 (an index of
        `files`), `index` int64 (of the record in its file) and `epoch` int64.

    Raises:
        ValueError: If there is no file, or a file is missing or empty.
        tf.errors.InvalidArgumentError: While reading, at a damaged record; see
            `record_blocks`.
    """
    files = [str(file) for file in files]
    if not files:
        raise ValueError(f"`files` must name a file. Received: {files=}.")
    sizes = tf.constant([file_size(file) for file in files], tf.int64)
    packed = is_packed(files[0])
    paths = tf.constant(files)

    def file_blocks(file, epoch):
        blocks = record_blocks(paths[file], sizes[file], packed=packed)
        return blocks.map(
            lambda records, first: {
                "record": records,
                "file": tf.fill(tf.shape(records), file),
                "index": first + tf.range(tf.size(records, tf.int64)),
                "epoch": tf.fill(tf.shape(records), epoch),
            }
        )

    def epoch_blocks(epoch):
        order = {"file": tf.range(len(files), dtype=tf.int64)}
        if seed is not None:
            order = permuted(order, seed, epoch)
        return tf.data.Dataset.from_tensor_slices(order["file"]).interleave(
            lambda file: file_blocks(file, epoch),
            cycle_length=1 if seed is None else min(cycle_length, len(files)),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )

    # Skipped epochs and windows are neither gathered nor permuted. Of skipped
    # epochs only the first is read, to count its records.
    first_epoch, left = _epochs_and_rest(epoch_blocks(0), skip)
    first_window, left = left // shuffle_window, left % shuffle_window

    def epoch_windows(epoch):
        """Reads pairs of a window's number and its rows [shuffle_window]."""
        start = tf.where(epoch == first_epoch, first_window, 0)
        blocks = epoch_blocks(epoch).scan(start * shuffle_window, _without)
        return blocks.rebatch(shuffle_window).enumerate(start)

    def ordered(window, rows):
        epoch = rows["epoch"][0]
        if seed is not None:
            rows = permuted(rows, seed, epoch, window)
        is_first = (epoch == first_epoch) & (window == first_window)
        return _without(tf.where(is_first, left, 0), rows)[1]

    epochs = tf.data.Dataset.range(first_epoch, num_epochs or tf.int64.max)
    windows = epochs.flat_map(epoch_windows)
    return windows.map(ordered).rebatch(batch_size, drop_remainder)


def _epochs_and_rest(blocks, skip):
    """Divides `skip` records into whole epochs and the records left over."""
    zero = tf.constant(0, tf.int64)
    if not skip:
        return zero, zero
    counts = blocks.map(lambda rows: tf.size(rows["record"], tf.int64))
    # Counting stops after `skip`: a larger size gives the same result.
    totals = counts.scan(zero, lambda n, more: (n + more, (n, n + more)))
    totals = totals.take_while(lambda before, _: before <= skip)
    size = totals.reduce(zero, lambda _, total: total[1])
    return skip // size, skip % size


def _without(count, rows):
    """Drops up to `count` rows. Gives how many are still to drop, and rows."""
    taken = tf.minimum(count, tf.size(rows["record"], tf.int64))
    return count - taken, {name: x[taken:] for name, x in rows.items()}


def file_size(file: str) -> int:
    """Gives the size of a record file, in bytes.

    Raises:
        ValueError: If the file is missing or empty.
    """
    if not tf.io.gfile.exists(file):
        raise ValueError(f"A record file must exist. Received: {file=}.")
    size = tf.io.gfile.stat(file).length
    if not size:
        raise ValueError(f"A record file must not be empty. Received: {file=}.")
    return size


def is_packed(file: str) -> bool:
    """Tells whether a file is compressed with gzip."""
    with tf.io.gfile.GFile(file, "rb") as stream:
        return stream.read(2) == b"\x1f\x8b"
