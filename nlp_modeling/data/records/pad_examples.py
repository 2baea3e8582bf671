"""Pads the features of a batch to common lengths."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.require import require

# Shapes: B batch, S sequence, P predictions, N sequences of a packed row.


def pad_examples(
    examples: dict[str, tf.Tensor | tf.RaggedTensor],
    features: Sequence[feature_declarations.Feature],
    origins: tf.Tensor,
    *,
    sequence_length: int,
    max_predictions: int | None = None,
    max_sequences: int | None = None,
    length_multiple: int | None = None,
) -> dict[str, tf.Tensor]:
    """Pads the features of a batch to common lengths.

    Adds `input_mask` if records have none.

    Args:
        examples: Features from `parse_examples`.
        features: The declarations of `examples`.
        origins: string [B], the name of each record in errors.
        sequence_length: S, the longest accepted example, in tokens.
        max_predictions: P. None for the most predictions in the batch.
        max_sequences: N. None for the most sequences of a row in the batch.
        length_multiple: If not None, S is the length of the batch's longest
            example without padding, rounded up to this multiple.

    Returns:
        Tensors [B], and [B, S], [B, P] or [B, N] for features with an axis.

    Raises:
        tf.errors.InvalidArgumentError: If an example is longer than S, P or N.
            Names its record.
    """
    examples = dict(examples)
    mask = examples.setdefault(
        "input_mask", tf.ones_like(examples["input_word_ids"])
    )
    limits = {"S": sequence_length, "P": max_predictions, "N": max_sequences}
    lengths = dict(limits)
    if length_multiple:
        longest = tf.reduce_max(tf.reduce_sum(mask, axis=1))
        rounded = -(-longest // length_multiple) * length_multiple
        lengths["S"] = tf.minimum(rounded, sequence_length)
    for feature in {*features, feature_declarations.INPUT_MASK}:
        if feature.axis:
            examples[feature.name] = _padded(
                feature,
                examples[feature.name],
                limits[feature.axis],
                lengths[feature.axis],
                origins,
            )
    return examples


def _padded(feature, values, limit, length, origins):
    """Pads ragged [B, (n)] to [B, length]. Fails if an n exceeds `limit`."""
    if limit is not None:
        row = tf.argmax(values.row_lengths())
        requirement = require(
            values.bounding_shape(axis=1) <= limit,
            f"`{feature.name}` of a record must have at most ",
            limit,
            " values. Received: values=",
            tf.gather(values.row_lengths(), row),
            ", ",
            tf.gather(origins, row),
        )
        with tf.control_dependencies([requirement]):
            values = tf.identity(values)
    padding = tf.cast(feature.padding, values.dtype)
    dense = values.to_tensor(padding)
    if length is None:
        return dense
    dense = dense[:, :length]
    missing = length - tf.shape(dense)[1]
    dense = tf.pad(dense, [[0, 0], [0, missing]], constant_values=padding)
    static = length if isinstance(length, int) else None
    return tf.ensure_shape(dense, [None, static])
