"""Reads every example of TFRecord files once, in batches."""

from collections.abc import Iterable, Sequence

import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.batches.decode_batches import decode_batches
from nlp_modeling.data.batches.replica_rows import replica_rows
from nlp_modeling.data.files.text_files import find_files
from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.read_records import read_records

# Shapes: B batch over all replicas, R replicas, S sequence, P predictions.


# AutoGraph has nothing to convert here, and takes seconds to find that out.
@tf.autograph.experimental.do_not_convert
def evaluation_batches(
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
    length_multiple: int | None = None,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Reads every example once, in the order of the files.

    All batches have B rows, on any number of replicas. The last batch is filled
    up with rows whose `example_weights` and `masked_lm_weights` are 0. The
    `example_weights` of every example are 1.

    Args:
        files: Paths or globs of TFRecord files.
        features: The features of the records, such as
            `features.CLASSIFICATION`.
        batch_size: B, in examples over all replicas.
        sequence_length: S, the longest accepted example, in tokens.
        max_predictions: P, the most predictions of a record. None for any.
        vocab_size: The number of entries of the vocabulary, which ids of word
            pieces lie below. None for any.
        num_segments: The most segments of an example, which type ids lie below.
            None for any.
        num_classes: The number of classes or tags, which labels lie below. None
            for any.
        masking: Masks tokens of records without masks, always the same tokens.
        seed: Decides the masks.
        length_multiple: None gives all batches the length S, as TPUs need.
            Otherwise a batch is as long as its longest example, rounded up to
            this multiple.
        input_context: The replicas to read for. None for a single replica.

    Returns:
        A dataset of dicts of tensors [B / R], [B / R, S] or [B / R, P], with
        `example_weights`. Each step has an element for each replica of this
        pipeline, in turn.

    Raises:
        ValueError: If an argument is out of its range or a file is missing.
        tf.errors.InvalidArgumentError: While reading, at a damaged or invalid
            record. Names the file and the record.
    """
    share = replica_rows(batch_size, input_context)
    files = find_files(files)

    def fill(rows):
        count = tf.size(rows["record"])
        places = tf.range(batch_size)
        rows = {
            name: tf.gather(column, tf.minimum(places, count - 1))
            for name, column in rows.items()
        }
        rows["example_weights"] = tf.cast(places < count, tf.float32)
        return rows

    batches = read_records(files, batch_size)
    return decode_batches(
        batches.map(fill).map(share).unbatch(),
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
