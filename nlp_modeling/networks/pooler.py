"""Makes the pooler of an encoder."""

import keras

from nlp_modeling.layers.fresh_initializer import fresh_initializer


def pooler(width, initializer, dtype):
    """Makes the layer of `pooled_output`: dense, then tanh.

    Args:
        width: Units of the pooled output.
        initializer: Draws the kernel.
        dtype: Its policy.
    """
    return keras.layers.Dense(
        width,
        activation="tanh",
        kernel_initializer=fresh_initializer(initializer),
        dtype=dtype,
        name="pooler_transform",
    )
