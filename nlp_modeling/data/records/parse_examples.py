"""Parses a batch of serialized examples into features."""

import types
from collections.abc import Mapping, Sequence

import tensorflow as tf

from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.require import require

# Shapes: B batch, S sequence, P predictions.


def parse_examples(
    records: tf.Tensor,
    features: Sequence[feature_declarations.Feature],
    origins: tf.Tensor,
    limits: Mapping[str, int] = types.MappingProxyType({}),
) -> dict[str, tf.Tensor | tf.RaggedTensor]:
    """Parses a batch of serialized `tf.train.Example`s into features.

    Args:
        records: string [B].
        features: The features to read. Records may hold more features.
        origins: string [B], the name of each record in errors.
        limits: The numbers that ids lie below, by the names in `Feature.below`.
            Ids without a limit are only required not to be negative.

    Returns:
        A tensor [B] for each feature, or ragged [B, (axis)] if the feature has
        an axis. Names and dtypes are those of the feature.

    Raises:
        tf.errors.InvalidArgumentError: If a record is not an example, lacks a
            feature, or holds another type. If arrays of the same axis differ in
            length, or an id is out of its range. Names the record.
    """
    # The error of TensorFlow's parser does not name the record.
    are_examples = _are_examples(records)
    requirement = require(
        tf.reduce_all(are_examples),
        "A record must be a tf.train.Example. Received: ",
        tf.gather(origins, tf.argmin(tf.cast(are_examples, tf.int32))),
    )
    with tf.control_dependencies([requirement]):
        records = tf.identity(records)
    parsed = tf.io.parse_example(
        records,
        feature_declarations.parsing_spec(features),
        example_names=origins,
    )
    examples, lengths = {}, {}
    for feature in features:
        values = parsed[feature.name_on_disk]
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
        if feature.below is not None:
            values = _ids(feature, values, limits, origins)
        values = tf.cast(values, feature.dtype)
        if not feature.axis:
            values = tf.ensure_shape(values.flat_values, records.shape)
        examples[feature.name] = values
    return examples


def _ids(feature, values, limits, origins):
    """Gives the ids of a ragged [B, (n)]. Fails if one is out of its range."""
    low, high = min(feature.padding, 0), feature.below
    allowed = f"{low} or more"
    flat = values.flat_values
    bad = flat < low
    if isinstance(high, str) and high in limits:
        allowed += f" and below {high}={limits[high]}"
        bad |= flat >= limits[high]
    elif isinstance(high, int):
        allowed += f" and below {high}"
        bad |= flat >= high
    place = tf.argmax(tf.cast(bad, tf.int32))
    row = tf.searchsorted(values.row_splits[1:], [place], side="right")[0]
    requirement = require(
        ~tf.reduce_any(bad),
        f"`{feature.name_on_disk}` of a record must be {allowed}. "
        "Received: value=",
        flat[place],
        ", ",
        tf.gather(origins, row),
    )
    with tf.control_dependencies([requirement]):
        return tf.identity(values)


def _are_examples(records):
    """Tells whether a record is one field, number 1, of its length: bool [B].

    The length of a field is written in base 128, lowest digit first. 128 is
    added to all digits except the last.
    """
    head = tf.io.decode_raw(
        tf.strings.substr(records, 0, 6), tf.uint8, fixed_length=6
    )
    tag, digits = head[:, 0], tf.cast(head[:, 1:], tf.int64)
    goes_on = tf.cast(digits >= 128, tf.int64)
    counts = tf.math.cumprod(goes_on, axis=1, exclusive=True)
    values = tf.bitwise.left_shift(
        counts * (digits % 128), tf.range(0, 35, 7, tf.int64)
    )
    size = 1 + tf.reduce_sum(counts + values, axis=1)
    return (tag == 10) & (size == tf.cast(tf.strings.length(records), tf.int64))
