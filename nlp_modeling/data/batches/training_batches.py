"""Reads endless batches of shuffled examples from TFRecord files."""

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

# Shapes: B batch over all replicas, R replicas, S sequence, P predictions, N
# sequences of a packed row.

# The number of batches whose examples are sorted by length together. More would
# pad less. But beyond an epoch, a batch could hold an example twice.
_SORTED = 50


# AutoGraph has nothing to convert here, and takes seconds to find that out.
@tf.autograph.experimental.do_not_convert
def training_batches(
    files: str | Iterable[str],
    features: Sequence[feature_declarations.Feature],
    batch_size: int,
    *,
    sequence_length: int,
    max_predictions: int | None = None,
    vocab_size: int | None = None,
    num_segments: int | None = None,
    num_classes: int | None = None,
    masking: text.MaskedLMMaskGenerator | None = None,
    seed: int = 0,
    start_step: int = 0,
    length_multiple: int | None = None,
    shuffle_window: int = 16_384,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Reads endless batches of shuffled examples.

    The batch of step n depends only on the files, the arguments and n. Threads,
    replicas, input pipelines and `start_step` have no influence. So every
    pipeline reads all records, but parses only those of its replicas from
    `start_step` on.

        batches = data.training_batches(
            "corpus/*.tfrecord",
            data.features.PRETRAINING,
            batch_size=256,
            sequence_length=128,
            max_predictions=20,
        )

    Args:
        files: Paths or globs of TFRecord files.
        features: The features of the records, such as `features.PRETRAINING`.
        batch_size: B, in examples over all replicas.
        sequence_length: S, the longest accepted example, in tokens.
        max_predictions: P, the most predictions of a record. None for any.
        vocab_size: The number of entries of the vocabulary, which ids of word
            pieces lie below. None for any.
        num_segments: The most segments of an example, which type ids lie below.
            None for any.
        num_classes: The number of classes or tags, which labels lie below. None
            for any.
        masking: Masks tokens of records without masks, anew in every epoch.
        seed: Decides the order of examples, and the masks.
        start_step: The step of the first batch.
        length_multiple: None gives all batches the length S, as TPUs need.
            Otherwise examples of similar length share a batch, which is as
            long as its longest example, rounded up to this multiple.
        shuffle_window: The number of examples that are permuted together.
        input_context: The replicas to read for. None for a single replica.

    Returns:
        A dataset of dicts of tensors [B / R], [B / R, S] or [B / R, P], and of
        packed rows also `sequence_ids` [B / R, S], `sequence_starts` and
        `next_sentence_weights` [B / R, N]. Each step has an element for each
        replica of this pipeline, in turn.

    Raises:
        ValueError: If an argument is out of its range or a file is missing.
        tf.errors.InvalidArgumentError: While reading, at a damaged or invalid
            record. Names the file and the record.
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
        vocab_size=vocab_size,
        num_segments=num_segments,
        num_classes=num_classes,
        masking=masking,
        seed=seed,
    )


def _batches_by_length(read, batch_size, lengths, seed, start_step):
    """Sorts records by length over `_SORTED` batches, and shuffles batches.

    Every step takes the same number of records, so records before `start_step`
    are skipped by counting and not parsed.
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
    """Counts the tokens of each record, without padding: int64 [B]."""
    masked = feature_declarations.INPUT_MASK in features
    counted = feature_declarations.INPUT_MASK
    if not masked:  # Records without a mask have no padding.
        counted = next(each for each in features if each.axis == "S")
    values = parse_examples(
        rows["record"], [counted], record_origins(files, rows)
    )[counted.name]
    if masked:
        return tf.reduce_sum(tf.cast(values, tf.int64), axis=1)
    return values.row_lengths()
