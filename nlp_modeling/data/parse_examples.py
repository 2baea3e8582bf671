"""Turns serialized examples into the features that were asked for."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data import features as feature_declarations
from nlp_modeling.data.require import require

# Shapes: B batch, S sequence, P predictions.


def parse_examples(
    records: tf.Tensor,
    features: Sequence[feature_declarations.Feature],
    origins: tf.Tensor,
) -> dict[str, tf.Tensor | tf.RaggedTensor]:
    """Parses a batch of serialized `tf.train.Example`s.

    Args:
        records: string [B].
        features: What to read. Records may hold more.
        origins: string [B], what errors call each record.

    Returns:
        A tensor [B], or ragged [B, (axis)] for features with an axis, of the
        feature's dtype under the feature's name.

    Raises:
        tf.errors.InvalidArgumentError: If a record is no example, lacks a
            feature, has it in another type, or has arrays of different lengths
            where they share an axis. Names the record.
    """
    parsed = tf.io.parse_example(
        records,
        feature_declarations.parsing_spec(features),
        example_names=origins,
    )
    examples, lengths = {}, {}
    for feature in features:
        values = tf.cast(parsed[feature.name_on_disk], feature.dtype)
        length = values.row_lengths()
        expected = lengths.setdefault(feature.axis, length)
        if not feature.axis:
            expected = tf.ones_like(length)
        good = (length == expected) & (length > 0)
        bad = tf.argmin(tf.cast(good, tf.int32))
        requirement = require(
            tf.reduce_all(good),
            f"Every record must have `{feature.name_on_disk}`, with as many "
            "values as its other features of that axis. Received: values=",
            tf.gather(length, bad),
            ", others=",
            tf.gather(expected, bad),
            ", ",
            tf.gather(origins, bad),
        )
        with tf.control_dependencies([requirement]):
            values = tf.identity(values)
        if not feature.axis:
            values = tf.ensure_shape(values.flat_values, records.shape)
        examples[feature.name] = values
    return examples
