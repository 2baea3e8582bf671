"""Shares the rows of a batch out among replicas."""

from collections.abc import Callable

import tensorflow as tf

# Shapes: B batch over all replicas, R replicas, N replicas of this pipeline.


def replica_rows(
    batch_size: int, context: tf.distribute.InputContext | None
) -> Callable[[dict], dict]:
    """Gives a function from the rows of a batch to those of each replica.

    Replica r takes the rows r, r + R, r + 2R and so on, so that rows which are
    sorted by length are shared evenly.

    Args:
        batch_size: B.
        context: Which replicas to choose for; None is one replica.

    Returns:
        A function from columns [B] to columns [N, B / R].

    Raises:
        ValueError: If the batch cannot be shared evenly.
    """
    replicas = context.num_replicas_in_sync if context else 1
    pipelines = context.num_input_pipelines if context else 1
    if batch_size < 1 or batch_size % replicas or replicas % pipelines:
        raise ValueError(
            "`batch_size` must be a positive multiple of the replicas, and "
            "these of the input pipelines. "
            f"Received: {batch_size=}, {replicas=}, {pipelines=}."
        )
    count = replicas // pipelines
    first = context.input_pipeline_id * count if context else 0

    def split(rows):
        # A static batch size, which TPUs need, comes from here.
        shape = [batch_size // replicas, replicas]
        return {
            name: tf.transpose(tf.reshape(column, shape))[first:][:count]
            for name, column in rows.items()
        }

    return split
