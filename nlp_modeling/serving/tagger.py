"""Serves a tagger that finds the entities in texts."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling import data, text
from nlp_modeling.serving.served_model import ServedModel
from nlp_modeling.serving.text_windows import text_windows

# Shapes: B batch, E entities of a text, K words of all texts, P word pieces of
# all texts, C tags.


class Tagger(ServedModel):
    """Serves a tagger that finds the entities in a text.

    A word has the tag of its first word piece, as in training. A word without
    word pieces (a control character) has no tag. A text of any length is read
    in windows that overlap. The tag of a word comes from the window that shows
    most of the text around it.

    Args:
        model: A tagger, for example `BertTokenClassifier`.
        tokenizer: The tokenizer that the model was trained with.
        labels: The C tags in the order of their ids, for example `B-person` and
            `O`; see `data.tag_entities`.
        splits_punctuation: Whether each punctuation mark is a word, as in plain
            text. Otherwise only spaces separate words, as in CoNLL's files.
        sequence_length: The number of word pieces, at most, of a window.
        doc_stride: The number of word pieces from one window's start to the
            next; `None` for half a window.

    Call arguments:
        text: string [B].

    Returns:
        Dict of `num_entities` int32 [B] and of tensors [B, E] of the entities:
        `entity_text` string; `entity_kind` string; `entity_start` and
        `entity_end` int32, the place in characters, the end exclusive; and
        `entity_score` float32, the mean probability of its tags. Padding is "",
        -1 and 0.

    Raises:
        ValueError: If the scores and the labels differ in number, or a number
            is not positive.
    """

    outputs = {
        "num_entities": "the number of entities; the rest is padding",
        "entity_text": "a part of the text",
        "entity_kind": "its kind",
        "entity_start": "its first character",
        "entity_end": "the character after it",
        "entity_score": "the mean probability of its tags",
    }

    def __init__(
        self,
        model: keras.Model,
        tokenizer: text.BertTokenizer,
        labels: Sequence[str],
        splits_punctuation: bool = True,
        sequence_length: int = 128,
        doc_stride: int | None = None,
    ):
        if model.output_shape[-1] != len(labels):
            raise ValueError(
                "The model must have one score for each label. Received: "
                f"{model.output_shape[-1]} scores, labels={list(labels)}."
            )
        if doc_stride is None:
            doc_stride = max(sequence_length // 2, 1)
        if doc_stride < 1 or sequence_length < 5:
            raise ValueError(
                "`doc_stride` must be positive, and `sequence_length` at least "
                f"5. Received: {doc_stride=}, {sequence_length=}."
            )
        super().__init__(model, tokenizer, sequence_length)
        self.labels = tuple(labels)
        self.splits_punctuation = splits_punctuation
        self.doc_stride = doc_stride
        self._continues = np.array(
            [[data.continues_entity(a, b) for b in labels] for a in labels]
        )
        self._is_entity = np.array([label != "O" for label in labels])
        # The kind of an entity that has this one tag.
        self._kinds = np.array(
            [next((e.kind for e in data.tag_entities([x])), "") for x in labels]
        )

    def __call__(self, strings):
        ids, starts, ends = self.tokenizer.tokenize_with_offsets(strings)
        begins_word = self._begins_word(ids, starts, ends)
        word = tf.cumsum(tf.cast(begins_word, tf.int64)) - 1
        row = tf.boolean_mask(ids.value_rowids(), begins_word)
        start = tf.boolean_mask(starts.values, begins_word)
        end = tf.math.segment_max(ends.values, word)
        scores = tf.boolean_mask(self._piece_scores(ids), begins_word)

        label = tf.argmax(scores, axis=-1)
        begins_entity = self._begins_entity(label, row)
        entity = tf.cumsum(tf.cast(begins_entity, tf.int64)) - 1
        row = tf.boolean_mask(row, begins_entity)
        kind = tf.gather(self._kinds, tf.boolean_mask(label, begins_entity))
        is_entity = tf.gather(self._is_entity, label)
        entity = tf.boolean_mask(entity, is_entity)
        start = tf.boolean_mask(start, begins_entity)
        end = tf.math.segment_max(tf.boolean_mask(end, is_entity), entity)
        score = tf.reduce_max(scores, axis=-1)
        score = tf.math.segment_mean(tf.boolean_mask(score, is_entity), entity)
        return self._entities(strings, row, kind, start, end, score)

    def _begins_word(self, ids, starts, ends):
        """Tells whether a piece is the first of its word, bool [P]."""
        begins = ~tf.gather(self.tokenizer.continues_word, ids.values)
        if not self.splits_punctuation:
            # Pieces of one word touch.
            before = tf.concat([[-1], ends.values], axis=0)[:-1]
            begins &= starts.values != before
        # The first piece of a text always begins a word.
        places = tf.range(tf.size(ids.values, tf.int64))
        return begins | (
            places == tf.gather(ids.row_splits, ids.value_rowids())
        )

    def _piece_scores(self, ids):
        """Gives the probability of every tag at every piece, float32 [P, C]."""
        room = tf.fill(
            [ids.nrows()], tf.cast(self.sequence_length - 2, tf.int64)
        )
        windows = text_windows(ids, room, self.doc_stride)
        logits = self._encode_windows([windows.pieces], len(self.labels))
        # Rows of the flat logits; [CLS] comes before the pieces of a window.
        most = windows.has_most_context
        length = tf.shape(logits, tf.int64)[1]
        first = 1 + length * tf.range(most.nrows())
        places = tf.ragged.range(first, first + most.row_lengths())
        places = tf.boolean_mask(places.values, most.values)
        logits = tf.reshape(logits, [-1, len(self.labels)])
        return tf.nn.softmax(tf.gather(logits, places))

    def _begins_entity(self, label, row):
        """Tells whether a word is the first of an entity, bool [K]."""
        before = tf.concat([[0], label], axis=0)[:-1]
        same_text = tf.concat([[-1], row], axis=0)[:-1] == row
        continues = tf.gather_nd(
            self._continues, tf.stack([before, label], axis=-1)
        )
        return tf.gather(self._is_entity, label) & ~(continues & same_text)

    def _entities(self, strings, row, kind, start, end, score):
        strings_of = tf.gather(strings, row)
        before = tf.strings.substr(strings_of, tf.zeros_like(start), start)
        found = tf.strings.substr(strings_of, start, end - start)
        start = tf.strings.length(before, "UTF8_CHAR")
        columns = {
            "entity_text": (found, ""),
            "entity_kind": (kind, ""),
            "entity_start": (start, -1),
            "entity_end": (start + tf.strings.length(found, "UTF8_CHAR"), -1),
            "entity_score": (score, 0.0),
        }
        batch = tf.size(strings, tf.int64)
        ragged = {
            name: tf.RaggedTensor.from_value_rowids(values, row, batch)
            for name, (values, _) in columns.items()
        }
        lengths = ragged["entity_kind"].row_lengths()
        return {
            "num_entities": tf.cast(lengths, tf.int32),
            **{k: v.to_tensor(columns[k][1]) for k, v in ragged.items()},
        }

    @property
    def settings(self):
        return {
            **super().settings,
            "doc_stride": self.doc_stride,
            "splits_punctuation": self.splits_punctuation,
        }

    @property
    def tags(self) -> dict:
        """Gives the kind of each tag, and whether a tag continues another's.

        Dict of `kinds`, C strings, and `continues`, bool [C, C] as lists: for
        the tag of the word before, and the tag of the word.
        """
        return {
            "kinds": self._kinds.tolist(),
            "continues": self._continues.tolist(),
        }
