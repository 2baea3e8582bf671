"""The product with a transposed matrix."""

import keras
from keras import ops

# Shapes: V rows, W columns.


def matmul_transposed(inputs, matrix):
    """The product of vectors with a transposed matrix.

    TensorFlow would write out the transpose of the matrix's gradient, which for
    a vocabulary costs 4 % of a training step; its own product can avoid that.

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
