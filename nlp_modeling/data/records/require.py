"""Raises errors of a single line inside a graph."""

import tensorflow as tf


def require(condition, *message) -> tf.Operation | None:
    """Fails with `message` unless `condition` is true.

    Args:
        condition: bool scalar.
        *message: Strings and scalar tensors, joined as they are.

    Returns:
        An operation that must run before the checked tensor is used; see
        `tf.control_dependencies`.

    Raises:
        tf.errors.InvalidArgumentError: If `condition` is false.
    """
    parts = [
        part if part.dtype == tf.string else tf.strings.as_string(part)
        for part in map(tf.convert_to_tensor, message)
    ]
    return tf.debugging.Assert(condition, [tf.strings.join([*parts, "."])])
