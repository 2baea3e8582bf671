"""Classifies a text, or gives it a score."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from nlp_modeling import layers, networks
from nlp_modeling.layers.require import (
    require_positive_or_none,
    require_rate,
)
from nlp_modeling.models.encoded_model import (
    EncodedModel,
    encode,
    scores_of_each,
)
from nlp_modeling.models.labels import (
    classification_defaults,
    label_ids,
    require_labels,
)

# Shapes: B batch, S sequence, N sequences of a packed row, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertClassifier(EncodedModel):
    """Classifies a text, or a pair of texts, by its pooled output.

    The encoder's last layer works only on the first position, unless the pooler
    reads the mean of all.

    >>> encoder = networks.TransformerEncoder(
    ...     7, 8, 1, 2, None, 8, intermediate_size=16
    ... )
    >>> tokenizer = text.BertTokenizer(
    ...     ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    ... )
    >>> model = models.BertClassifier(
    ...     encoder,
    ...     labels=["no", "yes"],
    ...     preprocessor=text.BertPreprocessor(tokenizer, 8),
    ... )
    >>> history = model.fit(["good", "bad"], ["yes", "no"], verbose=0)
    >>> len(model.predict_labels(["good", "good bad", "bad"], verbose=0))
    3

    Reference:
        BERT, section 4.1: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        num_classes: C; 1 for a regression, with the one logit as the score.
            None for the number of `labels`.
        initializer: Draws the head's kernel.
        dropout_rate: Share of the pooled output dropped in training.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        labels: The names of the C classes, by id; None for none.
        preprocessor: Makes features of texts; None for features alone.
        pooling: "first" for the first position, or "mean" for the mean of all
            tokens, what the encoder's pooler reads.
        num_sequences: N, the most sequences of a packed row, see
            `networks.Encoder`; None for rows of one sequence.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features, or texts. With
            `num_sequences`, features, and then `sequence_ids` int [B, S] and
            `sequence_starts` int [B, N].

    Returns:
        float32 [B, C], or [B, N, C] with `num_sequences`.

    Raises:
        ValueError: If `num_classes` is not positive, or is 1 with
            `output="predictions"`, or is not the number of `labels`; if
            `num_sequences` is given and not positive, or with a mean; or if
            `pooling` is unknown.
    """

    hugging_face_heads = ("ForSequenceClassification",)

    def __init__(
        self,
        network,
        num_classes: int | None = None,
        initializer="glorot_uniform",
        dropout_rate: float = 0.1,
        output: str = "logits",
        labels: Sequence[str] | None = None,
        preprocessor=None,
        pooling: str = "first",
        num_sequences: int | None = None,
        **kwargs,
    ):
        require_rate(dropout_rate=dropout_rate)
        require_positive_or_none(num_sequences=num_sequences)
        num_classes = require_labels(num_classes, labels)
        if num_classes == 1 and output == "predictions":
            raise ValueError(
                "A regression has no probabilities: `output` must be "
                f'"logits" if `num_classes` is 1. Received: {output=}.'
            )
        if pooling == "first":
            # The pooler reads the first position, and nothing reads another.
            features, encoded = encode(network, [], num_sequences)
            pooled = encoded["pooled_output"]
        elif pooling == "mean" and num_sequences is None:
            features, encoded = encode(network)
            pooled = _mean_pooler(network)(
                [encoded["sequence_output"], features["input_mask"]]
            )
        else:
            raise ValueError(
                '`pooling` must be "first", or "mean" without `num_sequences`. '
                f"Received: {pooling=}, {num_sequences=}."
            )
        pooled = layers.Dropout(
            dropout_rate, dtype=network.dtype_policy, name="dropout"
        )(pooled)
        head = networks.Classification(
            pooled.shape[-1],
            num_classes,
            initializer,
            output,
            name="classifier",
        )
        scores = scores_of_each(head, pooled, num_sequences)
        super().__init__(network, features, scores, preprocessor, **kwargs)
        self.labels = None if labels is None else tuple(labels)
        self.pooling = pooling
        self._record(num_classes=num_classes)

    def predict_labels(self, x, batch_size=None, **kwargs) -> list[str]:
        """Gives the name of the most probable class of each text.

        Args:
            x: B texts or features, as `predict` takes them.
            batch_size: Texts that are read at once.
            **kwargs: Of `predict`.

        Raises:
            ValueError: If the model has no labels.
        """
        if self.labels is None:
            raise ValueError(
                "`labels` of the model must be given to predict them. "
                "Received: labels=None."
            )
        scores = self.predict(x, batch_size, **kwargs)
        return [self.labels[index] for index in np.argmax(scores, axis=-1)]

    def compile_defaults(self, learning_rate=5e-5):
        defaults = super().compile_defaults(learning_rate)
        if self.output_shape[-1] == 1:
            return {**defaults, "loss": "mse"}
        return {**defaults, **classification_defaults()}

    def label_ids(self, y):
        return label_ids(y, self.labels)


def _mean_pooler(network):
    """Makes a model that gives the mean of the tokens to the pooler."""
    tokens = keras.Input(
        network.output["sequence_output"].shape[1:], name="sequence_data"
    )
    mask = keras.Input(tokens.shape[1:2], name="input_mask")
    # In float32 under every policy, as a sum over positions must be.
    total = ops.sum(tokens * mask[..., None], axis=1)
    mean = total / ops.maximum(ops.sum(mask, axis=1, keepdims=True), 1.0)
    return keras.Model(
        [tokens, mask], network.pooler_layer(mean), name="mean_pooler"
    )
