"""Turns batches of raw records into batches of features."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.id_limits import id_limits
from nlp_modeling.data.records.packed_rows import most_sequences, tell_apart
from nlp_modeling.data.records.pad_examples import pad_examples
from nlp_modeling.data.records.parse_examples import parse_examples
from nlp_modeling.data.records.record_origins import record_origins

# Shapes: B batch, S sequence, P predictions, N sequences of a packed row.


def decode_batches(
    batches: tf.data.Dataset,
    files: Sequence[str],
    features: Sequence[feature_declarations.Feature],
    *,
    sequence_length: int,
    max_predictions: int | None,
    length_multiple: int | None,
    vocab_size: int | None,
    num_segments: int | None,
    num_classes: int | None,
    masking: text.MaskedLMMaskGenerator | None,
    seed: int,
) -> tf.data.Dataset:
    """Parses, masks and pads the records of each batch.

    Args:
        batches: Columns [B] as `read_records` gives them, optionally with
            `example_weights`, float32 [B].
        files: Paths. The column `file` holds indices of this list.
        features: The features of the records.
        sequence_length: S, the longest accepted example, in tokens.
        max_predictions: P. None for the most predictions in the batch.
        length_multiple: See `pad_examples`.
        vocab_size: The number that ids of word pieces lie below.
        num_segments: The number that type ids lie below.
        num_classes: The number that labels lie below.
        masking: Masks tokens. None if records hold masks or need none.
        seed: Decides the masks of an example, with its epoch and content. The
            rest of the batch has no influence.

    Returns:
        A dataset of dicts of tensors [B], [B, S], [B, P] or, of packed rows,
        [B, N], see `packed_rows`. `next_sentence_weights` are the weights of
        `next_sentence_labels`.
    """
    masks = feature_declarations.MASKS if masking is not None else ()
    limits = id_limits(sequence_length, vocab_size, num_segments, num_classes)

    def decode(rows):
        records = rows["record"]
        origins = record_origins(files, rows)
        examples = parse_examples(records, features, origins, limits)
        if masking is not None:
            seeds = _seeds(records, seed, rows["epoch"])
            examples |= masking(examples["input_word_ids"], seeds)
        examples = pad_examples(
            examples,
            [*features, *masks],
            origins,
            sequence_length=sequence_length,
            max_predictions=max_predictions,
            max_sequences=most_sequences(sequence_length),
            length_multiple=length_multiple,
        )
        if "sequence_starts" in examples:
            examples = tell_apart(examples)
        elif "next_sentence_labels" in examples:
            labels = examples["next_sentence_labels"]
            ones = tf.ones_like(labels, tf.float32)
            examples["next_sentence_weights"] = ones
        return _weighted(examples, rows.get("example_weights"))

    batches = batches.map(decode, tf.data.AUTOTUNE, deterministic=True)
    options = tf.data.Options()
    options.deterministic = True
    # TensorFlow's autotuner can block the end of an iterator for a minute.
    options.autotune.enabled = False
    # Batches are already sharded by row. If tf.distribute sharded them again,
    # records would be lost.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    return batches.prefetch(tf.data.AUTOTUNE).with_options(options)


def _seeds(records, seed, epochs):
    """Gives each example a different seed in each epoch: int64 [B, 2]."""
    contents = tf.strings.to_hash_bucket_fast(records, tf.int64.max)
    return tf.stack([contents, (seed << 32) + epochs], axis=1)


def _weighted(examples, weights):
    """Adds weights [B]. Multiplies the weights of masked tokens by them."""
    if weights is None:
        return examples
    examples = dict(examples, example_weights=weights)
    if "masked_lm_weights" in examples:
        examples["masked_lm_weights"] *= weights[:, tf.newaxis]
    return examples
