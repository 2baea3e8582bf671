"""Serves a classifier, or a regression, of texts."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.serving.served_model import ServedModel

# Shapes: B batch, C classes.


class Classifier(ServedModel):
    """Serves a classifier, or a regression, of texts or of pairs of texts.

    A text that is too long loses word pieces at the end. Of a pair, the longer
    text loses them first, as in training.

    Args:
        model: A classifier, for example `BertClassifier`.
        tokenizer: The tokenizer that the model was trained with.
        labels: The C classes in the order of their ids. Empty for a regression.
        num_texts: 1, or 2 for pairs.
        sequence_length: The number of word pieces, at most, of an input.

    Call arguments:
        text: string [B].
        text_pair: string [B], the second texts of pairs.

    Returns:
        Dict of `label` string [B] and `probabilities` float32 [B, C]. For a
        regression, dict of `score` float32 [B].

    Raises:
        ValueError: If the scores and the labels differ in number, or
            `num_texts` is neither 1 nor 2.
    """

    def __init__(
        self,
        model: keras.Model,
        tokenizer: text.BertTokenizer | text.BytePairTokenizer,
        labels: Sequence[str] = (),
        num_texts: int = 1,
        sequence_length: int = 128,
    ):
        if num_texts not in (1, 2):
            raise ValueError(
                f"`num_texts` must be 1 or 2. Received: {num_texts=}."
            )
        if model.output_shape[-1] != max(len(labels), 1):
            raise ValueError(
                "The model must have one score for each label, or one for a "
                f"regression. Received: {model.output_shape[-1]} scores, "
                f"labels={list(labels)}."
            )
        super().__init__(model, tokenizer, sequence_length)
        self.inputs = ("text", "text_pair")[:num_texts]
        self.labels = tuple(labels)
        self.outputs = {"score": "what the model predicts"}
        if labels:
            self.outputs = {
                "label": "the most probable class",
                "probabilities": "of every class, in the order of the labels",
            }

    def __call__(self, *strings):
        segments = [self.tokenizer(string) for string in strings]
        logits = self._model(self._features(segments))
        if not self.labels:
            return {"score": logits[:, 0]}
        label = tf.gather(tf.constant(self.labels), tf.argmax(logits, axis=-1))
        return {"label": label, "probabilities": tf.nn.softmax(logits)}
