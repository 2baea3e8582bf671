"""Turns batches of raw records into batches of features."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.pad_examples import pad_examples
from nlp_modeling.data.records.parse_examples import parse_examples
from nlp_modeling.data.records.record_origins import record_origins

# Shapes: B batch, S sequence, P predictions.


def decode_batches(
    batches: tf.data.Dataset,
    files: Sequence[str],
    features: Sequence[feature_declarations.Feature],
    *,
    sequence_length: int,
    max_predictions: int | None,
    length_multiple: int | None,
    masking: text.MaskedLMMaskGenerator | None,
    seed: int,
) -> tf.data.Dataset:
    """Parses, masks and pads the rows of each batch.

    Args:
        batches: Dicts of rows [B], as `read_records` makes them, and perhaps
            `example_weights`, float32 [B].
        files: What `file` of a row counts.
        features: What records hold.
        sequence_length: S, the longest example that is taken, in tokens.
        max_predictions: P, or None for that of the batch.
        length_multiple: See `pad_examples`.
        masking: Masks tokens, or None if records hold masks or need none.
        seed: Decides an example's masks, with its epoch and its content; so
            they are the same in whatever batch it comes.

    Returns:
        A dataset of dicts of tensors [B], [B, S] or [B, P].
    """
    masks = feature_declarations.MASKS if masking is not None else ()

    def decode(rows):
        records = rows["record"]
        origins = record_origins(files, rows)
        examples = parse_examples(records, features, origins)
        if masking is not None:
            seeds = _seeds(records, seed, rows["epoch"])
            examples |= masking(examples["input_word_ids"], seeds)
        examples = pad_examples(
            examples,
            [*features, *masks],
            origins,
            sequence_length=sequence_length,
            max_predictions=max_predictions,
            length_multiple=length_multiple,
        )
        return _weighted(examples, rows.get("example_weights"))

    batches = batches.map(decode, tf.data.AUTOTUNE, deterministic=True)
    options = tf.data.Options()
    options.deterministic = True
    # TensorFlow's tuner is waited for, up to a minute, where an iterator ends.
    options.autotune.enabled = False
    # Records are shared out above; sharing them out again would lose some.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    return batches.prefetch(tf.data.AUTOTUNE).with_options(options)


def _seeds(records, seed, epochs):
    """Gives a seed to each example in each epoch: int64 [B, 2]."""
    contents = tf.strings.to_hash_bucket_fast(records, tf.int64.max)
    return tf.stack([contents, (seed << 32) + epochs], axis=1)


def _weighted(examples, weights):
    """Adds weights [B], and takes away those of tokens in rows without one."""
    if weights is None:
        return examples
    examples = dict(examples, example_weights=weights)
    if "masked_lm_weights" in examples:
        examples["masked_lm_weights"] *= weights[:, tf.newaxis]
    return examples
