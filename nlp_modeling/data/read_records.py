"""Reads the raw records of TFRecord files in an order that a seed decides."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data.permuted import permuted
from nlp_modeling.data.record_blocks import record_blocks

# Shapes: R records of a block or window.


def read_records(
    files: Sequence[str],
    *,
    seed: int | None = None,
    num_epochs: int | None = 1,
    shuffle_window: int = 16_384,
    cycle_length: int = 16,
) -> tf.data.Dataset:
    """Gives raw records, each with where it comes from, unparsed.

    Their order is a function of the arguments alone: not of the number of
    threads, and not of `tf.random.set_seed`. With a seed, every epoch reads the
    files in another order, `cycle_length` at a time, and permutes each window
    of records; without one, files come one after another, as they are.

    Args:
        files: Paths, all of them packed with gzip or none.
        seed: Decides the order, or None to keep it.
        num_epochs: How often all files are read; None for ever.
        shuffle_window: Records that are permuted together, held in memory.
        cycle_length: Files that are open at a time.

    Returns:
        A dataset of scalars: `record` string, `file` int64 (a place in
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

    def kept(epoch):
        order = tf.data.Dataset.range(len(files))
        return order.flat_map(lambda file: file_blocks(file, epoch)).unbatch()

    def shuffled(epoch):
        order = {"file": tf.range(len(files), dtype=tf.int64)}
        order = permuted(order, seed, epoch)["file"]
        blocks = tf.data.Dataset.from_tensor_slices(order).interleave(
            lambda file: file_blocks(file, epoch),
            cycle_length=min(cycle_length, len(files)),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )
        windows = blocks.unbatch().batch(shuffle_window).enumerate()
        return windows.map(
            lambda window, rows: permuted(rows, seed, epoch, window)
        ).unbatch()

    epochs = tf.data.Dataset.range(num_epochs or tf.int64.max)
    return epochs.flat_map(kept if seed is None else shuffled)


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
