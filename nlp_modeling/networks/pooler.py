"""Makes the pooler of an encoder."""

import keras

from nlp_modeling.layers.fresh_initializer import fresh_initializer


def pooler(width, initializer, dtype, activation="tanh"):
    """Makes the layer of `pooled_output`: dense, then an activation.

    Args:
        width: Units of the pooled output.
        initializer: Draws the kernel.
        dtype: Its policy.
        activation: Name or function; BERT's is tanh.
    """
    return keras.layers.Dense(
        width,
        activation=activation,
        kernel_initializer=fresh_initializer(initializer),
        dtype=dtype,
        name="pooler_transform",
    )
