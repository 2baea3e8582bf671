"""Splits text into BERT's word pieces."""

import json
import os

import keras
import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text

from nlp_modeling import files
from nlp_modeling.text.normalize_text import normalize_text
from nlp_modeling.text.read_vocabulary import read_vocabulary
from nlp_modeling.text.source_offsets import source_offsets
from nlp_modeling.text.string_layer import StringLayer
from nlp_modeling.text.tokenizer_settings import tokenizer_settings

# Shapes: B strings, T word pieces of a string, V vocabulary.

_CONTINUES = "##"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# A longer word is one [UNK], as in Hugging Face's tokenizer; google-research's
# script allows 200.
_MAX_CHARACTERS = 100
_MAX_BYTES = 4 * _MAX_CHARACTERS


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertTokenizer(StringLayer):
    """Splits text into BERT's word pieces.

    The ids are those of Hugging Face's `BertTokenizer`, computed inside the
    TensorFlow graph. A special token written in a text is ordinary text:
    "[SEP]" becomes the pieces of "[", "sep" and "]" (Hugging Face's
    `split_special_tokens=True`). The packers add the special tokens.

    Two differences from Hugging Face, whose tables are those of Unicode 8:
    767 newer characters are punctuation, accents or ideographs here and
    letters there, and 40 capitals of Unicode 14 stay capitals.

    Three differences from Google's script: a word may have 100 characters, not
    200. Private-use characters are dropped. A capital sigma always becomes the
    same small sigma, also at the end of a word.

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        vocabulary: The path of a `vocab.txt`, or its V entries.
        lower_case: Whether text loses its case. The uncased checkpoints need
            it.
        strip_accents: Whether text loses its accents; None for `lower_case`.

    Call arguments:
        strings: string [B] or [], UTF-8.

    Returns:
        ragged int32 [B, (T)], or int32 [T]: ids of word pieces.

    Raises:
        ValueError: If the vocabulary cannot be read, repeats an entry or lacks
            a special token. Names the file.
    """

    def __init__(
        self,
        vocabulary,
        lower_case: bool = True,
        strip_accents: bool | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        source = "a list"
        if isinstance(vocabulary, (list, tuple)):
            self.vocabulary = list(vocabulary)
        else:
            source = os.fspath(vocabulary)
            self.vocabulary = read_vocabulary(source)
        self.lower_case = lower_case
        self.strip_accents = strip_accents
        self.vocab_size = len(self.vocabulary)
        self.pad_id, self.unk_id, self.cls_id, self.sep_id, self.mask_id = (
            _special_ids(self.vocabulary, source)
        )
        self.continues_word = np.array(
            [piece.startswith(_CONTINUES) for piece in self.vocabulary]
        )
        model = _word_piece_model(self.vocabulary, source)
        self._word_piece = tf_text.FastWordpieceTokenizer(
            token_out_type=tf.int32,
            model_buffer=tf.constant(np.frombuffer(model, np.uint8)),
        )

    def call(self, strings):
        strings = tf.convert_to_tensor(strings)
        if strings.shape.rank == 0:
            return self.call(strings[tf.newaxis])[0]
        return self._tokenize(normalize_text(strings, *self._drops))[0]

    def tokenize_with_offsets(self, strings, unit: str = "bytes"):
        """Splits text into word pieces and their offsets in the text.

        Args:
            strings: string [B] or [], UTF-8.
            unit: "bytes" or "characters", what the offsets count.

        Returns:
            Three ragged int32 [B, (T)], or int32 [T]: ids, starts, ends.
            `ends` are exclusive. Offsets count in the text as it was given.

        Raises:
            ValueError: If `unit` is neither.
        """
        if unit not in ("bytes", "characters"):
            raise ValueError(
                f"`unit` must be 'bytes' or 'characters'. Received: {unit=}."
            )
        strings = tf.convert_to_tensor(strings)
        if strings.shape.rank == 0:
            found = self.tokenize_with_offsets(strings[tf.newaxis], unit)
            return tuple(values[0] for values in found)
        normalized = normalize_text(strings, *self._drops)
        ids, starts, ends = self._tokenize(normalized)
        return ids, *source_offsets(strings, starts, ends, *self._drops, unit)

    def detokenize(self, ids):
        """Joins word pieces into words, and words with spaces.

        Args:
            ids: ragged int32 [B, (T)] or int32 [..., T].

        Returns:
            string [B] or [...].
        """
        pieces = tf.gather(tf.constant(self.vocabulary), ids)
        text = tf.strings.reduce_join(pieces, axis=-1, separator=" ")
        return tf.strings.regex_replace(text, f" {_CONTINUES}", "")

    def save_to_preset(self, folder) -> None:
        """Writes `vocab.txt` and `tokenizer.json` into a preset's folder."""
        files.make_folder(folder)
        entries = "".join(f"{piece}\n" for piece in self.vocabulary)
        files.replace_file(os.path.join(folder, "vocab.txt"), entries)
        settings = {
            "lower_case": self.lower_case,
            "strip_accents": self.strip_accents,
            "vocab_size": self.vocab_size,
        }
        path = os.path.join(folder, "tokenizer.json")
        files.replace_file(path, json.dumps(settings) + "\n")

    @classmethod
    def from_preset(cls, folder, **arguments):
        """Reads the tokenizer of a preset, or of a BERT folder of Hugging Face.

        Args:
            folder: Path of the folder.
            **arguments: Arguments of the tokenizer in place of the folder's,
                for example `lower_case`. What neither says is the
                constructor's default.

        Raises:
            ValueError: If there is no vocabulary, a file is damaged, or the
                folder asks for what this tokenizer does not do.
        """
        settings = {
            "vocabulary": os.path.join(folder, "vocab.txt"),
            **tokenizer_settings(folder),
        }
        return cls(**{**settings, **arguments})

    def get_config(self):
        return {
            **super().get_config(),
            "vocabulary": list(self.vocabulary),
            "lower_case": self.lower_case,
            "strip_accents": self.strip_accents,
        }

    @property
    def _drops(self):
        """Gives the arguments of `normalize_text`: of case and of accents."""
        strips = self.strip_accents
        return self.lower_case, self.lower_case if strips is None else strips

    def _tokenize(self, normalized):
        """Gives ids, and starts and ends in bytes of `normalized`."""
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
        begins = ~tf.gather(self.continues_word, ids.values)
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
                tf.where(is_long, self.unk_id, ids.values),
                starts.values,
                tf.where(is_long, tf.gather(word_end, word), ends.values),
            )
        )


def _word_piece_model(vocabulary, source):
    try:
        return tf_text.build_fast_wordpiece_model(
            vocabulary,
            _MAX_BYTES,
            _CONTINUES,
            "[UNK]",
            False,  # The model also splits text into words.
            False,
        )
    except RuntimeError as error:
        raise ValueError(
            f"A vocabulary must be usable. Received: {source}: {error}"
        ) from None


def _special_ids(vocabulary, source):
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    if len(ids) < len(vocabulary):
        repeated, line = next(
            (piece, index + 1)
            for index, piece in enumerate(vocabulary)
            if ids[piece] != index
        )
        raise ValueError(
            "A vocabulary must not repeat an entry. Received: "
            f"{source}, {line=}: {repeated!r} more than once."
        )
    missing = [piece for piece in _SPECIAL if piece not in ids]
    if missing:
        raise ValueError(
            f"A vocabulary must have the entries {', '.join(_SPECIAL)}. "
            f"Received: {source}, without {', '.join(missing)}."
        )
    return [ids[piece] for piece in _SPECIAL]
