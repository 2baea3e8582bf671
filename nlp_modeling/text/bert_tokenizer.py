"""Splits text into BERT's word pieces."""

import functools
import json
import os
from collections.abc import Sequence

import keras
import numpy as np

from nlp_modeling import files
from nlp_modeling.text.around_special_tokens import around_special_tokens
from nlp_modeling.text.as_text import as_text
from nlp_modeling.text.fast_tokenizer import fast_tokenizer
from nlp_modeling.text.hugging_face_tokenizer import (
    write_hugging_face_tokenizer,
)
from nlp_modeling.text.lazy_tensorflow import is_tensor, tf
from nlp_modeling.text.normalize_text import normalize_text
from nlp_modeling.text.read_vocabulary import read_vocabulary
from nlp_modeling.text.source_offsets import source_offsets
from nlp_modeling.text.string_layer import StringLayer
from nlp_modeling.text.tokenizer_settings import tokenizer_settings
from nlp_modeling.text.word_pieces import CONTINUES, WordPieces

# Shapes: B strings, T word pieces of a string, V vocabulary.

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# No text can be tokenized and padded without these.
NEEDED_TOKENS = ("[PAD]", "[UNK]")


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertTokenizer(StringLayer):
    """Splits text into BERT's word pieces.

    The ids are those of Hugging Face's `BertTokenizer`, computed inside the
    TensorFlow graph. A special token written in a text is ordinary text:
    "[SEP]" becomes the pieces of "[", "sep" and "]" (Hugging Face's
    `split_special_tokens=True`), unless `keep_special_tokens` is set. The
    packers add the special tokens.

    Under JAX and PyTorch, Python's strings become ids without TensorFlow, by
    Hugging Face's `tokenizers` with the same characters in its tables.

    Two differences from Hugging Face, whose tables are those of Unicode 8:
    767 newer characters are punctuation, accents or ideographs here and
    letters there, and 40 capitals of Unicode 14 stay capitals.

    Three differences from Google's script: a word may have 100 characters, not
    200. Private-use characters are dropped. A capital sigma always becomes the
    same small sigma, also at the end of a word.

    >>> tokenizer = text.BertTokenizer(
    ...     ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##able"]
    ... )
    >>> [tokenizer.id_to_token(id) for id in tokenizer.encode(["Unable!"])[0]]
    ['un', '##able', '[UNK]']

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        vocabulary: The path of a `vocab.txt`, or its V entries.
        lower_case: Whether text loses its case. The uncased checkpoints need
            it.
        strip_accents: Whether text loses its accents; None for `lower_case`.
        special_tokens: Entries of the vocabulary that are no text. [PAD] and
            [UNK] must be among them.
        keep_special_tokens: Whether a special token in a text is one token, as
            [MASK] must be where a model fills it in.

    Call arguments:
        strings: string [B] or [], UTF-8.

    Returns:
        ragged int32 [B, (T)], or int32 [T]: ids of word pieces. Under JAX and
        PyTorch, Python's strings give a list of B arrays int32 [T], or one.

    Raises:
        ValueError: If the vocabulary cannot be read, repeats an entry or lacks
            a special token. Names the file.
    """

    # What a packed pair has: separators between its segments, and segment ids.
    num_separators = 1
    has_segments = True
    # Whether the tokenizer works in TensorFlow's graph.
    is_in_graph = True

    def __init__(
        self,
        vocabulary,
        lower_case: bool = True,
        strip_accents: bool | None = None,
        special_tokens: Sequence[str] = SPECIAL_TOKENS,
        keep_special_tokens: bool = False,
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
        self.special_tokens = tuple(special_tokens)
        self.keep_special_tokens = keep_special_tokens
        self.vocab_size = len(self.vocabulary)
        self._ids = {piece: i for i, piece in enumerate(self.vocabulary)}
        self._source = source
        _require_whole(self.vocabulary, self._ids, self.special_tokens, source)
        self.continues_word = np.array(
            [piece.startswith(CONTINUES) for piece in self.vocabulary]
        )
        if keras.backend.backend() == "tensorflow":
            _ = self._word_pieces  # An unusable vocabulary fails now.

    @property
    def pad_id(self) -> int:
        """Gives the id of [PAD]."""
        return self.token_to_id("[PAD]")

    @property
    def unk_id(self) -> int:
        """Gives the id of [UNK]."""
        return self.token_to_id("[UNK]")

    @property
    def cls_id(self) -> int:
        """Gives the id of [CLS]."""
        return self.token_to_id("[CLS]")

    @property
    def sep_id(self) -> int:
        """Gives the id of [SEP]."""
        return self.token_to_id("[SEP]")

    @property
    def mask_id(self) -> int:
        """Gives the id of [MASK]."""
        return self.token_to_id("[MASK]")

    def token_to_id(self, token: str) -> int:
        """Gives the id of an entry of the vocabulary.

        Raises:
            ValueError: If the vocabulary does not have the entry.
        """
        if token not in self._ids:
            raise ValueError(
                f"`token` must be an entry of the vocabulary. Received: "
                f"{token=}, {self._source}."
            )
        return self._ids[token]

    def id_to_token(self, id: int) -> str:
        """Gives the entry of an id.

        Raises:
            ValueError: If `id` is not in [0, V).
        """
        if not 0 <= id < self.vocab_size:
            raise ValueError(
                f"`id` must be in [0, {self.vocab_size}). Received: {id=}."
            )
        return self.vocabulary[id]

    def call(self, strings):
        if not self._in_graph(strings):
            is_one = isinstance(strings, (str, bytes))
            return self.encode([strings])[0] if is_one else self.encode(strings)
        strings = tf.convert_to_tensor(strings)
        if strings.shape.rank == 0:
            return self.call(strings[tf.newaxis])[0]
        if self._kept:
            return self._tokenize_around(strings, "bytes")[0]
        return self._word_pieces(normalize_text(strings, *self._drops))[0]

    def compute_output_spec(self, strings):
        shape = (*strings.shape, None)
        return keras.KerasTensor(shape, "int32", ragged=len(shape) > 1)

    def encode(self, strings: Sequence[str]) -> list[np.ndarray]:
        """Splits Python's strings into word pieces, outside of a graph.

        Args:
            strings: B strings.

        Returns:
            B arrays int32 [T] of ids.
        """
        if self._in_graph(strings):
            ids = self.call(list(strings))
            return np.split(ids.values.numpy(), ids.row_splits[1:-1].numpy())
        found = self.fast.encode_batch(
            list(map(as_text, strings)), add_special_tokens=False
        )
        return [np.array(each.ids, "int32") for each in found]

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
        if self._kept:
            return self._tokenize_around(strings, unit)
        return self._with_offsets(strings, unit)

    def _with_offsets(self, strings, unit):
        normalized = normalize_text(strings, *self._drops)
        ids, starts, ends = self._word_pieces(normalized)
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
        return tf.strings.regex_replace(text, f" {CONTINUES}", "")

    def save_to_preset(self, folder) -> None:
        """Writes `vocab.txt` and `tokenizer.json` into a preset's folder."""
        files.make_folder(folder)
        entries = "".join(f"{piece}\n" for piece in self.vocabulary)
        files.replace_file(os.path.join(folder, "vocab.txt"), entries)
        settings = {
            "lower_case": self.lower_case,
            "strip_accents": self.strip_accents,
            "special_tokens": self.special_tokens,
            "keep_special_tokens": self.keep_special_tokens,
            "vocab_size": self.vocab_size,
        }
        path = os.path.join(folder, "tokenizer.json")
        files.replace_file(path, json.dumps(settings) + "\n")

    def save_to_hugging_face(
        self, folder, sequence_length: int, has_segments: bool = True
    ) -> None:
        """Writes the files with which Hugging Face's tokenizers are loaded.

        Args:
            folder: The path to write to.
            sequence_length: The longest sequence of the model.
            has_segments: Whether the model reads segments.
        """
        files.make_folder(folder)
        write_hugging_face_tokenizer(
            self, folder, sequence_length, has_segments
        )

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
            "special_tokens": list(self.special_tokens),
            "keep_special_tokens": self.keep_special_tokens,
        }

    @functools.cached_property
    def _word_pieces(self):
        """Makes TensorFlow's tokenizer of words."""
        return WordPieces(self.vocabulary, self._source)

    @functools.cached_property
    def fast(self):
        """Makes the `tokenizers.Tokenizer` with these ids."""
        return fast_tokenizer(self.vocabulary, *self._drops, tuple(self._kept))

    @property
    def _kept(self):
        """Gives the ids of special tokens that stay whole in a text."""
        kept = self.special_tokens if self.keep_special_tokens else ()
        return {token: self._ids[token] for token in kept}

    def _in_graph(self, strings):
        """Tells whether TensorFlow is to tokenize."""
        return keras.backend.backend() == "tensorflow" or is_tensor(strings)

    def _tokenize_around(self, strings, unit):
        return around_special_tokens(
            strings,
            self._kept,
            lambda parts: self._with_offsets(parts, unit),
            unit,
        )

    @property
    def _drops(self):
        """Gives the arguments of `normalize_text`: of case and of accents."""
        strips = self.strip_accents
        return self.lower_case, self.lower_case if strips is None else strips


def _require_whole(vocabulary, ids, special_tokens, source):
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
    if not set(NEEDED_TOKENS) <= set(special_tokens):
        raise ValueError(
            f"`special_tokens` must have {' and '.join(NEEDED_TOKENS)}. "
            f"Received: special_tokens={list(special_tokens)}."
        )
    missing = [piece for piece in special_tokens if piece not in ids]
    if missing:
        raise ValueError(
            f"A vocabulary must have the entries {', '.join(special_tokens)}. "
            f"Received: {source}, without {', '.join(missing)}."
        )
