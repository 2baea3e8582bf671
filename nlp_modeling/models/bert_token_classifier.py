"""Classifies every token of a text."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from nlp_modeling import layers, networks, text
from nlp_modeling.layers.require import require_rate
from nlp_modeling.models.encoded_model import EncodedModel, encode
from nlp_modeling.models.labels import classification_defaults, require_labels
from nlp_modeling.text.packed_rows import pack_rows
from nlp_modeling.text.text_columns import text_columns

# Shapes: B batch, S sequence, C classes.


class TextEntity(NamedTuple):
    """Holds an entity of a text.

    Args:
        text: `text[start:end]` of the text.
        kind: Its kind, for example `person`.
        start: The index of its first character.
        end: The exclusive end.
        score: The mean probability of its tags.
    """

    text: str
    kind: str
    start: int
    end: int
    score: float


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertTokenClassifier(EncodedModel):
    """Classifies every token of a text, as in named-entity recognition.

    `fit` and `evaluate` take sentences, lists of words, with a list of tags for
    each. A word has the tag of its first word piece.

    Reference:
        BERT, section 5.3: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        num_classes: C; None for the number of `labels`.
        initializer: Draws the head's kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        dropout_rate: Share of the sequence output dropped in training.
        labels: The C tags by id, for example `B-person` and `O`; None for none.
        preprocessor: Makes features of texts; None for features alone.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features, or texts.

    Returns:
        float32 [B, S, C].

    Raises:
        ValueError: If `num_classes` is not positive, or not the number of
            `labels`.
    """

    gives_sequences = True
    hugging_face_heads = ("ForTokenClassification",)

    def __init__(
        self,
        network,
        num_classes: int | None = None,
        initializer="glorot_uniform",
        output: str = "logits",
        dropout_rate: float = 0.1,
        labels: Sequence[str] | None = None,
        preprocessor=None,
        **kwargs,
    ):
        require_rate(dropout_rate=dropout_rate)
        num_classes = require_labels(num_classes, labels)
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
        self.labels = None if labels is None else tuple(labels)
        self._record(num_classes=num_classes)

    def predict_entities(
        self, texts, batch_size=None, **kwargs
    ) -> list[list[TextEntity]]:
        """Finds the entities of texts, in the order of the text.

        Each punctuation mark is a word. A long text is read in windows of whole
        words. Needs TensorFlow on every backend of Keras.

        Args:
            texts: Strings.
            batch_size: Windows that are read at once.
            **kwargs: Of `predict`.

        Raises:
            ValueError: If the model has no labels or no preprocessor.
        """
        from nlp_modeling import data

        (texts,), _ = text_columns(texts)
        words = data.text_words(self._word_tokenizer(), texts)
        sentences = [
            data.TaggedSentence(tuple(word.text for word in row), ())
            for row in words
        ]
        windows, rows = self._windows(sentences)
        entities = [[] for _ in texts]
        if not windows:
            return entities
        length = self.preprocessor.sequence_length
        features = rows.features(range(len(windows)), length)
        logits = self.predict(features, batch_size, **kwargs)
        shares = ops.convert_to_numpy(ops.softmax(logits))
        found = [[] for _ in texts]
        for window, scores in zip(windows, shares, strict=True):
            found[window.sentence] += list(scores[window.word_positions])
        for row, scores in enumerate(found):
            scores = np.reshape(scores, (-1, len(self.labels)))
            tags = [self.labels[index] for index in scores.argmax(axis=-1)]
            for kind, first, last in data.tag_entities(tags):
                start, end = words[row][first].start, words[row][last].end
                mean = scores[first : last + 1].max(axis=-1).mean()
                entities[row].append(
                    TextEntity(
                        texts[row][start:end], kind, start, end, float(mean)
                    )
                )
        return entities

    def compile_defaults(self, learning_rate=5e-5):
        defaults = super().compile_defaults(learning_rate)
        return {**defaults, **classification_defaults()}

    def read_texts(self, x, y=None, sample_weight=None):
        if y is None:
            return super().read_texts(x, y, sample_weight)
        from nlp_modeling import data

        sentences = [
            data.TaggedSentence(tuple(words), tuple(tags))
            for words, tags in zip(x, y, strict=True)
        ]
        windows, rows = self._windows(sentences)

        def make(indices, length):
            labels = np.full((len(indices), length), data.IGNORED_LABEL)
            for row, index in enumerate(indices):
                found = windows[index].label_ids
                labels[row, 1 : 1 + len(found)] = found
            weights = (labels != data.IGNORED_LABEL).astype("float32")
            features = rows.features(indices, length)
            return features, np.maximum(labels, 0), weights

        return rows.lengths, make

    def _windows(self, sentences):
        """Cuts sentences into windows, and packs the windows."""
        from nlp_modeling import data

        preprocessor = self.require_preprocessor()
        if self.labels is None:
            raise ValueError(
                "`labels` of the model must be given to read tags. "
                "Received: labels=None."
            )
        tokenizer = self._word_tokenizer()
        length = preprocessor.sequence_length
        windows = list(
            data.tagging_windows(sentences, tokenizer, self.labels, length)
        )
        pieces = [window.piece_ids for window in windows]
        return windows, pack_rows([pieces], tokenizer, length, "longest_first")

    def _word_tokenizer(self):
        """Gives the tokenizer, which must read words one by one."""
        tokenizer = self.require_preprocessor().tokenizer
        if not isinstance(tokenizer, text.BertTokenizer):
            raise ValueError(
                "Words must be read by a `BertTokenizer`: byte pairs depend on "
                "the space before a word. "
                f"Received: tokenizer={type(tokenizer).__name__}."
            )
        return tokenizer
