"""Joins the vectors of three words in a row, and projects them."""

import keras
from keras import ops

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import require_positive
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, W embedding width, H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class TrigramTransform(SignatureConfig, keras.layers.Layer):
    """Joins the vectors of three words in a row, and projects them.

    Before the first place and after the last one there are zeros.

    Reference:
        MobileBERT, section 3.1: https://arxiv.org/abs/2004.02984

    Args:
        hidden_size: H.
        kernel_initializer: Draws the kernel.

    Call arguments:
        inputs: float [B, S, W].

    Returns:
        float [B, S, H].
    """

    def __init__(
        self, hidden_size: int, kernel_initializer="glorot_uniform", **kwargs
    ):
        super().__init__(**kwargs)
        require_positive(hidden_size=hidden_size)
        self.transform = keras.layers.Dense(
            hidden_size,
            kernel_initializer=fresh_initializer(kernel_initializer),
            dtype=self.dtype_policy,
            name="transform",
        )

    def build(self, inputs_shape):
        self.transform.build((*inputs_shape[:-1], 3 * inputs_shape[-1]))

    def call(self, inputs):
        padded = ops.pad(inputs, ((0, 0), (1, 1), (0, 0)))
        # The next word, this one, and the one before it.
        words = [padded[:, 2:], inputs, padded[:, :-2]]
        return self.transform(ops.concatenate(words, axis=-1))

    def compute_output_shape(self, inputs_shape):
        return (*inputs_shape[:-1], self.transform.units)
