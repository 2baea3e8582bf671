"""Divides the rows of a batch among replicas."""

from collections.abc import Callable

import tensorflow as tf

# Shapes: B batch over all replicas, R replicas, N replicas of this pipeline.


def replica_rows(
    batch_size: int, context: tf.distribute.InputContext | None
) -> Callable[[dict], dict]:
    """Gives a function that divides the rows of a batch among replicas.

    Replica r takes the rows r, r + R, r + 2R and so on. If rows are sorted by
    length, replicas get about the same lengths.

    Args:
        batch_size: B.
        context: The replicas to read for. None for a single replica.

    Returns:
        A function from columns [B] to columns [N, B / R].

    Raises:
        ValueError: If the batch cannot be divided evenly.
    """
    replicas = context.num_replicas_in_sync if context else 1
    pipelines = context.num_input_pipelines if context else 1
    if batch_size < 1 or batch_size % replicas or replicas % pipelines:
        raise ValueError(
            "`batch_size` must be a positive multiple of `replicas`, and "
            "`replicas` of `pipelines`. "
            f"Received: {batch_size=}, {replicas=}, {pipelines=}."
        )
    count = replicas // pipelines
    first = context.input_pipeline_id * count if context else 0

    def split(rows):
        # This gives batches a static size, which TPUs need.
        shape = [batch_size // replicas, replicas]
        return {
            name: tf.transpose(tf.reshape(column, shape))[first:][:count]
            for name, column in rows.items()
        }

    return split
