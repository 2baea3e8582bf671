"""Endless batches of shuffled examples from TFRecord files."""

import functools
from collections.abc import Iterable, Sequence

import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.batches.decode_batches import decode_batches
from nlp_modeling.data.batches.replica_rows import replica_rows
from nlp_modeling.data.files.text_files import find_files
from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.parse_examples import parse_examples
from nlp_modeling.data.records.permuted import permuted
from nlp_modeling.data.records.read_records import read_records
from nlp_modeling.data.records.record_origins import record_origins

# Shapes: B batch over all replicas, R replicas, S sequence, P predictions.

# Batches whose examples are sorted by length together. More would pad less, but
# of more than an epoch of examples equal ones come into one batch.
_SORTED = 50


def training_batches(
    files: str | Iterable[str],
    features: Sequence[feature_declarations.Feature],
    batch_size: int,
    *,
    sequence_length: int,
    max_predictions: int | None = None,
    masking: text.MaskedLMMaskGenerator | None = None,
    seed: int = 0,
    start_step: int = 0,
    length_multiple: int | None = None,
    shuffle_window: int = 16_384,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Gives endless batches of shuffled examples.

    The batch of step n is a function of the files, the arguments and n alone:
    not of the number of threads, replicas or input pipelines, nor of the step
    at which reading starts. So every pipeline reads all records and parses only
    those of its own replicas; steps before `start_step` are read and not
    parsed.

        batches = data.training_batches(
            "corpus/*.tfrecord",
            data.features.PRETRAINING,
            batch_size=256,
            sequence_length=128,
            max_predictions=20,
        )

    Args:
        files: Paths or globs of TFRecord files.
        features: What records hold, such as `features.PRETRAINING`.
        batch_size: B, in examples over all replicas.
        sequence_length: S, the longest example that is taken, in tokens.
        max_predictions: P, the most that a record holds; None leaves it open.
        masking: Masks tokens anew in every epoch, for records without masks.
        seed: Decides the order of examples, and the masks.
        start_step: The step of the first batch.
        length_multiple: None gives all batches the length S, as TPUs need.
            Otherwise examples of similar length share a batch, which is as
            long as its longest example, rounded up to this multiple.
        shuffle_window: Examples that are permuted together.
        input_context: Which replicas to read for, if not for all as one.

    Returns:
        A dataset of dicts of tensors [B / R], [B / R, S] or [B / R, P]. Of each
        step, one element for every replica of this pipeline, in turn.

    Raises:
        ValueError: If an argument is out of its range or a file is missing.
        tf.errors.InvalidArgumentError: While reading, at a damaged or unfit
            record. Names file and record.
    """
    if start_step < 0:
        raise ValueError(
            f"`start_step` must not be negative. Received: {start_step=}."
        )
    share = replica_rows(batch_size, input_context)
    files = find_files(files)
    read = functools.partial(
        read_records,
        files,
        seed=seed,
        num_epochs=None,
        drop_remainder=True,
        shuffle_window=shuffle_window,
    )
    if length_multiple is None:
        batches = read(batch_size, skip=start_step * batch_size)
    else:
        lengths = functools.partial(_lengths, files, features)
        batches = _batches_by_length(
            read, batch_size, lengths, seed, start_step
        )
    return decode_batches(
        batches.map(share).unbatch(),
        files,
        features,
        sequence_length=sequence_length,
        max_predictions=max_predictions,
        length_multiple=length_multiple,
        masking=masking,
        seed=seed,
    )


def _batches_by_length(read, batch_size, lengths, seed, start_step):
    """Sorts some batches' records by length, and gives the batches at random.

    Every step takes as many records as any other, so a step is found by
    counting, and nothing before it is parsed.
    """

    def split(window, rows):
        order = tf.argsort(lengths(rows), stable=True)
        batches = {
            name: tf.reshape(tf.gather(column, order), [_SORTED, batch_size])
            for name, column in rows.items()
        }
        return permuted(batches, seed, window)

    first, rest = divmod(start_step, _SORTED)
    size = _SORTED * batch_size
    windows = read(size, skip=first * size).enumerate(first)
    return windows.map(split).unbatch().skip(rest)


def _lengths(files, features, rows):
    """Tokens of each record without its padding: int64 [B]."""
    masked = feature_declarations.INPUT_MASK in features
    counted = feature_declarations.INPUT_MASK
    if not masked:  # Such records are not padded.
        counted = next(each for each in features if each.axis == "S")
    values = parse_examples(
        rows["record"], [counted], record_origins(files, rows)
    )[counted.name]
    if masked:
        return tf.reduce_sum(tf.cast(values, tf.int64), axis=1)
    return values.row_lengths()
