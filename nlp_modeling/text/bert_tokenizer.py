"""Splits text into BERT's word pieces."""

import keras
import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text

from nlp_modeling.text.read_vocabulary import read_vocabulary

# Shapes: B strings, T word pieces of a string, V vocabulary.

_CONTINUES = "##"


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertTokenizer(keras.layers.Layer):
    """Splits text into BERT's word pieces.

    No special token is added; `SegmentPacker` does that.

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        vocabulary: The path of a `vocab.txt`, or its V entries.
        lower_case: Whether text is lower-cased and stripped of accents, as the
            uncased checkpoints want it.

    Call arguments:
        strings: string [B], UTF-8.

    Returns:
        ragged int32 [B, (T)], ids of word pieces.

    Raises:
        ValueError: If the vocabulary cannot be read, repeats an entry or lacks
            a special token.
    """

    def __init__(self, vocabulary, lower_case: bool = True, **kwargs):
        super().__init__(trainable=False, **kwargs)
        # Strings stay as they come: Keras would cast them to floats.
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        if isinstance(vocabulary, (list, tuple)):
            self.vocabulary = list(vocabulary)
        else:
            self.vocabulary = read_vocabulary(vocabulary)
        self.lower_case = lower_case
        ids = {piece: i for i, piece in enumerate(self.vocabulary)}
        self.vocab_size = len(self.vocabulary)
        self.pad_id = ids["[PAD]"]
        self.unk_id = ids["[UNK]"]
        self.cls_id = ids["[CLS]"]
        self.sep_id = ids["[SEP]"]
        self.mask_id = ids["[MASK]"]
        self.continues_word = np.array(
            [piece.startswith(_CONTINUES) for piece in self.vocabulary]
        )
        self._word_piece = tf_text.FastBertTokenizer(
            self.vocabulary,
            token_out_type=tf.int32,
            lower_case_nfd_strip_accents=lower_case,
            support_detokenization=True,
        )

    def call(self, strings):
        return self._word_piece.tokenize(strings)

    def tokenize_with_offsets(self, strings, unit: str = "bytes"):
        """Gives word pieces and where in the text each stands.

        Args:
            strings: string [B], UTF-8.
            unit: "bytes" or "characters", what the offsets count.

        Returns:
            Three ragged int32 [B, (T)]: ids, starts, ends. `ends` are
            exclusive; both point into the text as it was given.
        """
        if unit not in ("bytes", "characters"):
            raise ValueError(
                f"`unit` must be 'bytes' or 'characters'. Received: {unit=}."
            )
        ids, starts, ends = self._word_piece.tokenize_with_offsets(strings)
        starts, ends = tf.cast(starts, tf.int32), tf.cast(ends, tf.int32)
        if unit == "characters":
            starts = _characters_before(strings, starts)
            ends = _characters_before(strings, ends)
        return ids, starts, ends

    def detokenize(self, ids):
        """Joins word pieces to words and words by spaces: string [B].

        Args:
            ids: ragged int32 [B, (T)].
        """
        return self._word_piece.detokenize(ids)

    def get_config(self):
        return {
            **super().get_config(),
            "vocabulary": self.vocabulary,
            "lower_case": self.lower_case,
        }


def _characters_before(strings, offsets):
    """Turns offsets in bytes, ragged [B, (T)], into offsets in characters."""
    starts = tf.strings.unicode_decode_with_offsets(strings, "UTF-8")[1]
    counts = tf.searchsorted(
        starts.to_tensor(default_value=tf.int64.max),
        tf.cast(offsets.to_tensor(), tf.int64),
    )
    return tf.RaggedTensor.from_tensor(counts, offsets.row_lengths())
