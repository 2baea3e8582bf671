"""Joins one or two segments to a sequence as BERT reads it."""

import keras
import tensorflow as tf

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.string_layer import StringLayer

# Shapes: B batch, T word pieces of a segment, S sequence.

_TRUNCATIONS = ("longest_first", "per_segment")


@keras.saving.register_keras_serializable(package="nlp_modeling")
class SegmentPacker(StringLayer):
    """Joins one or two segments to `[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]`.

    What is too long loses pieces at the end: of the segment that is longer at
    the time, one by one ("longest_first", as google-research/bert does), or of
    each beyond its equal share of places, whatever the length of the other
    ("per_segment").

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        sequence_length: S, the number of places, special tokens included.
        tokenizer: Says what the special tokens' ids are.
        truncation: "longest_first" or "per_segment".
        ragged: Whether sequences stay as long as they are, without padding.

    Call arguments:
        segments: ragged int [B, (T)], or a list of one or two of these.

    Returns:
        dict of int32 [B, S], or with `ragged` of ragged int32 [B, (S)]:
        `input_word_ids`, `input_mask` (1 but at padding) and `input_type_ids`
        (1 at the second segment and its [SEP]).

    Raises:
        ValueError: If `sequence_length` has no place for two segments,
            `truncation` is unknown, or there are more than two segments.
    """

    def __init__(
        self,
        sequence_length: int,
        tokenizer: BertTokenizer,
        truncation: str = "longest_first",
        ragged: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if sequence_length < 5:
            raise ValueError(
                "`sequence_length` must be at least 5, for [CLS], two [SEP] "
                f"and a piece of each segment. Received: {sequence_length=}."
            )
        if truncation not in _TRUNCATIONS:
            raise ValueError(
                f"`truncation` must be one of {_TRUNCATIONS}. "
                f"Received: {truncation=}."
            )
        self.sequence_length = sequence_length
        self.tokenizer = tokenizer
        self.truncation = truncation
        self.ragged = ragged

    def call(self, segments):
        if not isinstance(segments, (list, tuple)):
            segments = [segments]
        if len(segments) not in (1, 2):
            raise ValueError(
                "There must be one or two segments. "
                f"Received: len(segments)={len(segments)}."
            )
        segments = self._truncate([tf.cast(s, tf.int32) for s in segments])
        place = tf.ones([segments[0].nrows(), 1], tf.int32)
        words = [place * self.tokenizer.cls_id]
        types = [0 * place]
        for index, segment in enumerate(segments):
            words += [segment, place * self.tokenizer.sep_id]
            types += [tf.ones_like(segment) * index, place * index]
        words, types = tf.concat(words, axis=1), tf.concat(types, axis=1)
        packed = {
            "input_word_ids": (words, self.tokenizer.pad_id),
            "input_mask": (tf.ones_like(words), 0),
            "input_type_ids": (types, 0),
        }
        if self.ragged:
            return {name: values for name, (values, _) in packed.items()}
        shape = [None, self.sequence_length]
        return {
            name: values.to_tensor(padding, shape=shape)
            for name, (values, padding) in packed.items()
        }

    def compute_output_spec(self, segments):
        # So that a functional model can begin with strings: Keras knows no
        # symbols for the ragged tensors that come here.
        if isinstance(segments, (list, tuple)):
            segments = segments[0]
        length = None if self.ragged else self.sequence_length
        return {
            name: keras.KerasTensor([segments.shape[0], length], "int32")
            for name in ("input_word_ids", "input_mask", "input_type_ids")
        }

    def get_config(self):
        tokenizer = keras.saving.serialize_keras_object(self.tokenizer)
        return {
            **super().get_config(),
            "sequence_length": self.sequence_length,
            "tokenizer": tokenizer,
            "truncation": self.truncation,
            "ragged": self.ragged,
        }

    def _truncate(self, segments):
        places = self.sequence_length - 1 - len(segments)
        lengths = [tf.cast(s.row_lengths(), tf.int32) for s in segments]
        if len(segments) == 1:
            kept = [tf.minimum(lengths[0], places)]
        elif self.truncation == "per_segment":
            shares = ((places + 1) // 2, places // 2)
            kept = map(tf.minimum, lengths, shares)
        else:
            kept = _shrink_longest(*lengths, places)
        return [
            _first(segment, n)
            for segment, n in zip(segments, kept, strict=True)
        ]


def _shrink_longest(a, b, places):
    """Gives the lengths that are left when the longer one shrinks each time."""
    excess = tf.maximum(a + b - places, 0)
    # First the longer loses what it has more. Then they lose in turn, and of
    # two equals the second comes first.
    alone = tf.minimum(excess, tf.abs(a - b))
    both = excess - alone
    a_is_longer = a > b
    a -= tf.where(a_is_longer, alone, 0) + both // 2
    b -= tf.where(a_is_longer, 0, alone) + (both + 1) // 2
    return a, b


def _first(segment, n):
    starts = segment.row_starts()
    places = tf.ragged.range(starts, starts + tf.cast(n, starts.dtype))
    return tf.gather(segment.values, places)
