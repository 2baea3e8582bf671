"""Reads the raw records of TFRecord files in an order that a seed decides."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data.records.permuted import permuted
from nlp_modeling.data.records.record_blocks import record_blocks

# Shapes: B records of a batch.


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
    """Gives batches of raw records, each with where it comes from, unparsed.

    Their order is a function of the arguments alone: not of the number of
    threads, and not of `tf.random.set_seed`. With a seed, every epoch reads the
    files in another order, `cycle_length` at a time, and permutes each window
    of records; without one, files come one after another, as they are.

    Args:
        files: Paths, all of them packed with gzip or none.
        batch_size: B, in records. A batch may have those of two epochs.
        seed: Decides the order, or None to keep it.
        num_epochs: How often all files are read; None for ever.
        skip: Records at the beginning that are not given. They are read once
            or twice, however many epochs they are.
        drop_remainder: Whether every batch must have B records.
        shuffle_window: Records that are permuted together, held in memory.
        cycle_length: Files that are open at a time.

    Returns:
        A dataset of columns [B]: `record` string, `file` int64 (a place in
        `files`), `index` int64 (of the record in its file) and `epoch` int64.

    Raises:
        ValueError: If there is no file, or a file is missing or empty.
        tf.errors.InvalidArgumentError: While reading, at a damaged record; see
            `record_blocks`.
    """
    files = [str(file) for file in files]
    if not files:
        raise ValueError(f"`files` must name a file. Received: {files=}.")
    sizes = tf.constant([_size(file) for file in files], tf.int64)
    packed = _is_packed(files[0])
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

    # Whole epochs and windows that are skipped are neither gathered nor
    # permuted; of whole epochs, only the first is read, for its size.
    first_epoch, left = _epochs_and_rest(epoch_blocks(0), skip)
    first_window, left = left // shuffle_window, left % shuffle_window

    def epoch_windows(epoch):
        """Gives (window, rows [shuffle_window])."""
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
    """How many epochs of such blocks `skip` records are, and records more."""
    zero = tf.constant(0, tf.int64)
    if not skip:
        return zero, zero
    counts = blocks.map(lambda rows: tf.size(rows["record"], tf.int64))
    # Up to `skip`: more than that is as good as the epoch's size.
    totals = counts.scan(zero, lambda n, more: (n + more, (n, n + more)))
    totals = totals.take_while(lambda before, _: before <= skip)
    size = totals.reduce(zero, lambda _, total: total[1])
    return skip // size, skip % size


def _without(count, rows):
    """Takes the first rows away: how many are yet to be, and the others."""
    taken = tf.minimum(count, tf.size(rows["record"], tf.int64))
    return count - taken, {name: x[taken:] for name, x in rows.items()}


def _size(file):
    if not tf.io.gfile.exists(file):
        raise ValueError(f"A record file must exist. Received: {file=}.")
    size = tf.io.gfile.stat(file).length
    if not size:
        raise ValueError(f"A record file must not be empty. Received: {file=}.")
    return size


def _is_packed(file):
    with tf.io.gfile.GFile(file, "rb") as stream:
        return stream.read(2) == b"\x1f\x8b"
