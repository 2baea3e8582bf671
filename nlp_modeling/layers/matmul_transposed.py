"""Multiplies vectors by a transposed matrix."""

import keras
from keras import ops

# Shapes: V rows, W columns.


def matmul_transposed(inputs, matrix):
    """Multiplies vectors by a transposed matrix.

    For `keras.ops`, TensorFlow writes out the transpose of the matrix's
    gradient. For a vocabulary this costs 4 % of a training step, and
    `tf.matmul(transpose_b=True)` avoids it.

    Args:
        inputs: float [..., W].
        matrix: float [V, W].

    Returns:
        float [..., V].
    """
    if keras.backend.backend() != "tensorflow":
        return ops.matmul(inputs, ops.transpose(matrix))
    import tensorflow as tf

    rows = tf.reshape(inputs, (-1, inputs.shape[-1]))
    products = tf.matmul(rows, tf.convert_to_tensor(matrix), transpose_b=True)
    shape = tf.concat([tf.shape(inputs)[:-1], tf.shape(products)[1:]], axis=0)
    return tf.reshape(products, shape)
