"""Reads the raw records of TFRecord files in an order that a seed decides."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data.permuted import permuted
from nlp_modeling.data.record_blocks import record_blocks

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
        skip: Records at the beginning that are read and not given.
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

    def epoch_windows(epoch):
        """Gives (window, rows [shuffle_window])."""
        order = {"file": tf.range(len(files), dtype=tf.int64)}
        if seed is not None:
            order = permuted(order, seed, epoch)
        blocks = tf.data.Dataset.from_tensor_slices(order["file"]).interleave(
            lambda file: file_blocks(file, epoch),
            cycle_length=1 if seed is None else min(cycle_length, len(files)),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )
        return blocks.rebatch(shuffle_window).enumerate()

    def count(read, window):
        size = tf.size(window[1]["record"], tf.int64)
        return read + size, (skip - read, *window)

    def ordered(left, window, rows):
        if seed is not None:
            rows = permuted(rows, seed, rows["epoch"][0], window)
        first = tf.maximum(left, 0)
        return {name: column[first:] for name, column in rows.items()}

    epochs = tf.data.Dataset.range(num_epochs or tf.int64.max)
    windows = epochs.flat_map(epoch_windows)
    # What is skipped is counted, and neither permuted nor cut into batches.
    windows = windows.scan(tf.constant(0, tf.int64), count)
    windows = windows.filter(
        lambda left, _, rows: left < tf.size(rows["record"], tf.int64)
    )
    return windows.map(ordered).rebatch(batch_size, drop_remainder)


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
