"""Classifies every token of a text."""

import keras

from nlp_modeling import layers, networks
from nlp_modeling.layers.require import require_rate
from nlp_modeling.models.encoded_model import EncodedModel, encode

# Shapes: B batch, S sequence, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertTokenClassifier(EncodedModel):
    """Classifies every token of a text, as in named-entity recognition.

    Reference:
        BERT, section 5.3: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        num_classes: C.
        initializer: Draws the head's kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        dropout_rate: Share of the sequence output dropped in training.
        preprocessor: Makes features of texts; None for features alone.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features, or texts.

    Returns:
        float32 [B, S, C].

    Raises:
        ValueError: If `num_classes` is not positive.
    """

    gives_sequences = True

    def __init__(
        self,
        network,
        num_classes: int,
        initializer="glorot_uniform",
        output: str = "logits",
        dropout_rate: float = 0.1,
        preprocessor=None,
        **kwargs,
    ):
        require_rate(dropout_rate=dropout_rate)
        features, encoded = encode(network)
        sequence = layers.Dropout(
            dropout_rate, dtype=network.dtype_policy, name="dropout"
        )(encoded["sequence_output"])
        head = networks.TokenClassification(
            sequence.shape[-1],
            num_classes,
            initializer,
            output,
            name="token_classifier",
        )
        super().__init__(
            network, features, head(sequence), preprocessor, **kwargs
        )
