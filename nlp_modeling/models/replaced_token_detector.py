"""Detects the tokens of a text that a generator replaced."""

import keras

from nlp_modeling import networks
from nlp_modeling.models.encoded_model import EncodedModel, encode

# Shapes: B batch, S sequence.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class ReplacedTokenDetector(EncodedModel):
    """Detects the tokens of a text that a generator replaced.

    It is ELECTRA's discriminator, as `from_preset` reads it from Hugging Face.

    Reference:
        ELECTRA, section 2: https://arxiv.org/abs/2003.10555

    Args:
        network: The encoder.
        activation: Name or function, of the head's dense layer; ELECTRA's
            checkpoints were trained with their encoder's.
        initializer: Draws the head's kernels.
        preprocessor: Makes features of texts; None for features alone.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features, or texts.

    Returns:
        float32 [B, S], the logit that a token was replaced.
    """

    gives_sequences = True
    hugging_face_heads = ("ForReplacedTokens",)

    def __init__(
        self,
        network,
        activation="gelu",
        initializer="glorot_uniform",
        preprocessor=None,
        **kwargs,
    ):
        features, encoded = encode(network)
        sequence = encoded["sequence_output"]
        head = networks.ReplacedTokenDetection(
            sequence.shape[-1],
            activation,
            initializer,
            dtype=network.dtype_policy,
            name="replaced_tokens",
        )
        super().__init__(
            network, features, head(sequence), preprocessor, **kwargs
        )
