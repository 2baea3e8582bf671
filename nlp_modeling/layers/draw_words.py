"""Draws words from the distribution that a network gives."""

import keras
from keras import ops

from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, P predictions, V vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class DrawWords(SignatureConfig, keras.layers.Layer):
    """Draws words from the distribution that a network gives.

    In training every call draws others; otherwise equal logits draw equal
    words. No gradient goes through the drawing.

    Reference:
        ELECTRA, section 2: https://arxiv.org/abs/2003.10555

    Args:
        seed: Of the drawing.

    Call arguments:
        logits: float [B, P, V].
        training: Whether to draw others in every call.

    Returns:
        int32 [B, P].
    """

    def __init__(self, seed: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, logits, training=None):
        uniform = keras.random.uniform(
            ops.shape(logits),
            1e-20,
            1.0,
            "float32",
            self.seed_generator if training else self.seed,
        )
        # The largest sum with Gumbel's noise is a draw from the softmax.
        noise = -ops.log(-ops.log(uniform))
        drawn = ops.argmax(ops.cast(logits, "float32") + noise, axis=-1)
        return ops.cast(drawn, "int32")

    def compute_output_spec(self, logits, training=None):
        return keras.KerasTensor(logits.shape[:-1], dtype="int32")
