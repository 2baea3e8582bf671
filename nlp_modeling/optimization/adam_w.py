"""Adam with decoupled weight decay, one pass over memory a weight."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="nlp_modeling")
class AdamW(keras.optimizers.AdamW):
    """Keras's AdamW, with TensorFlow's fused kernel for the update of a weight.

    The arguments, the state and the numbers are Keras's. Keras composes the
    update of a dozen operations that each read and write whole weights; the
    kernel reads and writes them once.

    Reference:
        Decoupled Weight Decay Regularization:
        https://arxiv.org/abs/1711.05101

    Raises:
        ValueError: With `amsgrad`, which the kernel does not have.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.amsgrad:
            raise ValueError(
                "`amsgrad` must be False; `keras.optimizers.AdamW` has it. "
                f"Received: amsgrad={self.amsgrad}."
            )

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.dtype
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.cast(self.beta_1, dtype) ** step,
            beta2_power=tf.cast(self.beta_2, dtype) ** step,
            lr=tf.cast(learning_rate, dtype),
            beta1=tf.cast(self.beta_1, dtype),
            beta2=tf.cast(self.beta_2, dtype),
            epsilon=tf.cast(self.epsilon, dtype),
            grad=tf.cast(tf.convert_to_tensor(gradient), dtype),
        )
