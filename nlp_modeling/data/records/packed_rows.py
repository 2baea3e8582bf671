"""Tells the sequences of packed rows apart."""

import tensorflow as tf

# Shapes: B batch, S places of a row, N sequences of a row.


def most_sequences(sequence_length: int) -> int:
    """Gives N, the most sequences that share a row.

    A bound gives batches a static shape, which TPUs need.

    Args:
        sequence_length: S.
    """
    return max(sequence_length // 16, 1)


def tell_apart(examples: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Adds which sequence a place belongs to, and which sequences there are.

    Args:
        examples: Features with `sequence_starts` int32 [B, N], ascending and
            then -1, and `input_mask` int32 [B, S].

    Returns:
        The features, with `sequence_ids` int32 [B, S] (1, 2 and so on, and 0
        for padding), `sequence_starts` (0 for -1), and
        `next_sentence_weights` float32 [B, N], 1 for a sequence.
    """
    starts, mask = examples["sequence_starts"], examples["input_mask"]
    is_sequence = starts >= 0
    places = tf.range(tf.shape(mask)[1])[tf.newaxis, :, tf.newaxis]
    begun = is_sequence[:, tf.newaxis] & (places >= starts[:, tf.newaxis])
    return {
        **examples,
        "sequence_ids": mask * tf.reduce_sum(tf.cast(begun, tf.int32), axis=2),
        "sequence_starts": tf.maximum(starts, 0),
        "next_sentence_weights": tf.cast(is_sequence, tf.float32),
    }
