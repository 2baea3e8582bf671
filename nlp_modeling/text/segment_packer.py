"""Joins one or two segments into a sequence as BERT reads it."""

import keras

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer
from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.string_layer import StringLayer, as_batch

# Shapes: B batch, T word pieces of a segment, S sequence.

_TRUNCATIONS = ("longest_first", "per_segment")


@keras.saving.register_keras_serializable(package="nlp_modeling")
class SegmentPacker(StringLayer):
    """Packs one or two segments as `[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]`.

    A `BytePairTokenizer` says what is between the segments, and gives no
    segment an id.

    Segments that are too long are truncated at their ends. "longest_first"
    takes one piece at a time from the segment that is longer then, as in
    google-research/bert. "per_segment" gives each segment half the places, even
    if the second segment needs fewer.

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        sequence_length: S, the number of places, special tokens included.
        tokenizer: Knows the ids of the special tokens.
        truncation: "longest_first" or "per_segment".
        ragged: Whether sequences keep their lengths, without padding.

    Call arguments:
        segments: ragged int [B, (T)], or a list of one or two of these. int
            [T] is a segment of one string.

    Returns:
        dict of int32 [B, S], or with `ragged` of ragged int32 [B, (S)], without
        B for one string:
        `input_word_ids`, `input_mask` (0 at padding, otherwise 1) and
        `input_type_ids` (1 at the second segment and its [SEP]).

    Raises:
        ValueError: If `sequence_length` has no place for two segments,
            `truncation` is unknown, there are more than two segments, or one
            is of a string and one of a batch.
    """

    def __init__(
        self,
        sequence_length: int,
        tokenizer: BertTokenizer | BytePairTokenizer,
        truncation: str = "longest_first",
        ragged: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        least = 4 + tokenizer.num_separators
        if sequence_length < least:
            raise ValueError(
                f"`sequence_length` must be at least {least}, for [CLS], "
                f"{least - 3} [SEP] and a piece of each segment. "
                f"Received: {sequence_length=}."
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
        segments, are_one = zip(*map(as_batch, segments), strict=True)
        if len(set(are_one)) > 1:
            raise ValueError(
                "Both segments must be of one string or of a batch. Received: "
                f"shapes={[segment.shape for segment in segments]}."
            )
        packed = self._pack(self._truncate(segments))
        if are_one[0]:
            return {name: values[0] for name, values in packed.items()}
        return packed

    def compute_output_spec(self, segments):
        # Keras has no symbolic ragged tensors. This lets a functional model
        # begin with strings.
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

    def _pack(self, segments):
        place = tf.ones([segments[0].nrows(), 1], tf.int32)
        words = [place * self.tokenizer.cls_id]
        types = [0 * place]
        for index, segment in enumerate(segments):
            is_last = index == len(segments) - 1
            count = 1 if is_last else self.tokenizer.num_separators
            after = tf.repeat(place, count, axis=1)
            type_id = index * self.tokenizer.has_segments
            words += [segment, after * self.tokenizer.sep_id]
            types += [tf.ones_like(segment) * type_id, after * type_id]
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

    def _truncate(self, segments):
        between = self.tokenizer.num_separators * (len(segments) - 1)
        places = self.sequence_length - 2 - between
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
    """Shrinks the longer of two lengths until both fit into `places`."""
    excess = tf.maximum(a + b - places, 0)
    # First the longer shrinks to the length of the shorter. Then both shrink
    # in turn, the second first.
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
