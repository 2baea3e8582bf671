"""Classifies a text, or gives it a score."""

import keras

from nlp_modeling import layers, networks
from nlp_modeling.layers.require import require_rate
from nlp_modeling.models.encoded_model import EncodedModel, encode

# Shapes: B batch, S sequence, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertClassifier(EncodedModel):
    """Classifies a text, or a pair of texts, by its pooled output.

    The encoder's last layer works only on the first position.

    Reference:
        BERT, section 4.1: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        num_classes: C; 1 for a regression, with the one logit as the score.
        initializer: Draws the head's kernel.
        dropout_rate: Share of the pooled output dropped in training.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features.

    Returns:
        float32 [B, C].

    Raises:
        ValueError: If `num_classes` is not positive, or is 1 with
            `output="predictions"`.
    """

    def __init__(
        self,
        network,
        num_classes: int,
        initializer="glorot_uniform",
        dropout_rate: float = 0.1,
        output: str = "logits",
        **kwargs,
    ):
        require_rate(dropout_rate=dropout_rate)
        if num_classes == 1 and output == "predictions":
            raise ValueError(
                "A regression has no probabilities: `output` must be "
                f'"logits" if `num_classes` is 1. Received: {output=}.'
            )
        # The pooler reads the first position, and nothing reads another.
        features, encoded = encode(network, positions=[])
        pooled = layers.Dropout(
            dropout_rate, dtype=network.dtype_policy, name="dropout"
        )(encoded["pooled_output"])
        head = networks.Classification(
            pooled.shape[-1],
            num_classes,
            initializer,
            output,
            name="classifier",
        )
        super().__init__(network, features, head(pooled), **kwargs)
