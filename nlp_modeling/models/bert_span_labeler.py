"""Finds where an answer starts and ends."""

import keras

from nlp_modeling import networks
from nlp_modeling.models.encoded_model import EncodedModel, encode

# Shapes: B batch, S sequence.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertSpanLabeler(EncodedModel):
    """Finds where an answer starts and ends, as in SQuAD.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        initializer: Draws the head's kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities over the
            positions.
        preprocessor: Makes features of texts; None for features alone.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features, or texts.

    Returns:
        List of the start's and the end's float32 [B, S].
    """

    gives_sequences = True

    def __init__(
        self,
        network,
        initializer="glorot_uniform",
        output: str = "logits",
        preprocessor=None,
        **kwargs,
    ):
        features, encoded = encode(network)
        sequence = encoded["sequence_output"]
        head = networks.SpanLabeling(
            sequence.shape[-1],
            initializer=initializer,
            output=output,
            name="span_labeling",
        )
        super().__init__(
            network, features, head(sequence), preprocessor, **kwargs
        )
