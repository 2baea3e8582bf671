"""Splits normalized text into word pieces, in TensorFlow's graph."""

from collections.abc import Sequence

import numpy as np

from nlp_modeling.text.lazy_tensorflow import tf, tf_text

# Shapes: B strings, T word pieces of a string.

CONTINUES = "##"
# A longer word is one [UNK], as in Hugging Face's tokenizer; google-research's
# script allows 200.
_MAX_CHARACTERS = 100
_MAX_BYTES = 4 * _MAX_CHARACTERS


class WordPieces:
    """Splits normalized text into word pieces, in TensorFlow's graph.

    Args:
        vocabulary: The entries.
        source: Names the vocabulary in errors.

    Call arguments:
        normalized: string [B], see `normalize_text`.

    Returns:
        Three ragged tensors [B, (T)]: ids int32, and starts and exclusive ends
        in bytes of `normalized`.

    Raises:
        ValueError: If the vocabulary is not usable.
    """

    def __init__(self, vocabulary: Sequence[str], source: str):
        self._unk_id = vocabulary.index("[UNK]")
        self._continues_word = np.array(
            [piece.startswith(CONTINUES) for piece in vocabulary]
        )
        model = _word_piece_model(vocabulary, source)
        with tf.init_scope():
            self._word_piece = tf_text.FastWordpieceTokenizer(
                token_out_type=tf.int32,
                model_buffer=tf.constant(np.frombuffer(model, np.uint8)),
            )

    def __call__(self, normalized):
        pieces = self._word_piece.tokenize_with_offsets(normalized)
        # Punctuation ends a word, but this quick check knows only ASCII's. It
        # misses no long word and may find a few that are not long.
        long_word = rf"(?s).*[^\s!-/:-@\[-`{{-~]{{{_MAX_CHARACTERS + 1}}}.*"
        return tf.cond(
            tf.reduce_any(tf.strings.regex_full_match(normalized, long_word)),
            lambda: self._reject_long_words(normalized, *pieces),
            lambda: pieces,
        )

    def _reject_long_words(self, normalized, ids, starts, ends):
        """Replaces the pieces of each word that is too long by one [UNK]."""
        begins = ~tf.gather(self._continues_word, ids.values)
        word = tf.cumsum(tf.cast(begins, tf.int64)) - 1
        word_row = tf.boolean_mask(ids.value_rowids(), begins)
        word_start = tf.boolean_mask(starts.values, begins)
        word_end = tf.math.segment_max(ends.values, word)
        word_bytes = word_end - word_start
        # Only few words have this many bytes, so only these are decoded.
        suspects = tf.where(word_bytes > _MAX_CHARACTERS)
        words = tf.strings.substr(
            tf.gather(normalized, tf.gather_nd(word_row, suspects)),
            tf.gather_nd(word_start, suspects),
            tf.gather_nd(word_bytes, suspects),
        )
        is_long = tf.strings.length(words, "UTF8_CHAR") > _MAX_CHARACTERS
        is_long = tf.scatter_nd(suspects, is_long, tf.shape(word_end, tf.int64))
        is_long = tf.gather(is_long, word)
        keeps = ids.with_values(begins | ~is_long)
        return tuple(
            tf.ragged.boolean_mask(ids.with_values(values), keeps)
            for values in (
                tf.where(is_long, self._unk_id, ids.values),
                starts.values,
                tf.where(is_long, tf.gather(word_end, word), ends.values),
            )
        )


def _word_piece_model(vocabulary, source):
    try:
        return tf_text.build_fast_wordpiece_model(
            vocabulary,
            _MAX_BYTES,
            CONTINUES,
            "[UNK]",
            False,  # The model also splits text into words.
            False,
        )
    except RuntimeError as error:
        raise ValueError(
            f"A vocabulary must be usable. Received: {source}: {error}"
        ) from None
