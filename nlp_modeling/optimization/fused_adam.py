"""Updates a weight by Adam in one pass over memory."""

import tensorflow as tf

from nlp_modeling import keras_internals


def fused_adam(optimizer, gradient, variable, learning_rate, epsilon):
    """Updates a weight by Adam in one pass over memory.

    Args:
        optimizer: A Keras optimizer with Adam's state and arguments. Its two
            means are updated.
        gradient: float, of the shape of `variable`.
        variable: tf.Variable, updated.
        learning_rate: float scalar.
        epsilon: float scalar. Added to the root of the mean square, before the
            means are corrected for their start at 0.
    """
    dtype = variable.dtype
    mean, mean_square = keras_internals.adam_means(optimizer, variable)
    step = tf.cast(optimizer.iterations + 1, dtype)
    beta_1 = tf.cast(optimizer.beta_1, dtype)
    beta_2 = tf.cast(optimizer.beta_2, dtype)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=mean.value.handle,
        v=mean_square.value.handle,
        beta1_power=beta_1**step,
        beta2_power=beta_2**step,
        lr=tf.cast(learning_rate, dtype),
        beta1=beta_1,
        beta2=beta_2,
        epsilon=tf.cast(epsilon, dtype),
        grad=tf.cast(tf.convert_to_tensor(gradient), dtype),
    )
