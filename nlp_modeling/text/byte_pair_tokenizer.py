"""Splits text into pairs of bytes that were merged, as RoBERTa reads them."""

import functools
import json
import os
from collections.abc import Sequence

import keras
import numpy as np

from nlp_modeling import files, json_files
from nlp_modeling.text.as_text import as_text
from nlp_modeling.text.byte_pair_files import byte_pair_arguments
from nlp_modeling.text.import_tokenizers import import_tokenizers
from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.string_layer import StringLayer

# Shapes: B strings, T pieces of a string, V vocabulary.

# What byte-level pieces have for a space.
_SPACE = "Ġ"


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BytePairTokenizer(StringLayer):
    """Splits text into byte pairs, as RoBERTa and ModernBERT read them.

    The ids are those of Hugging Face's `tokenizers`, which does the work: on
    the host, outside of TensorFlow's graph, for every backend of Keras. A
    `dataset.map` cannot call this tokenizer. A special token written in a text
    is ordinary text (Hugging Face's `split_special_tokens=True`), unless
    `keep_special_tokens` is set.

    The file also says what stands between the segments of a pair, which the
    packers read: RoBERTa has `<s> a </s></s> b </s>`. No segment has an id of
    its own.

    Reference:
        RoBERTa, section 4.4: https://arxiv.org/abs/1907.11692

    Args:
        tokenizer_json: The path of a `tokenizer.json` of Hugging Face, or its
            text.
        pad_token: Fills the places after a text.
        mask_token: Stands for a piece to predict.
        keep_special_tokens: Whether a special token in a text is one token, as
            the mask must be where a model fills it in.

    Call arguments:
        strings: B strings of Python, or one.

    Returns:
        List of B arrays int32 [T] of ids, or one.

    Raises:
        ImportError: If `tokenizers` is not installed.
        ValueError: If the file cannot be read, is of another kind, puts no
            special tokens around a text, or lacks one. Names the file.
    """

    # What a packed pair has: see `BertTokenizer`.
    has_segments = False
    # Whether the tokenizer works in TensorFlow's graph.
    is_in_graph = False
    # What Hugging Face calls the models that read byte pairs.
    model_types = ("roberta", "modernbert")

    def __init__(
        self,
        tokenizer_json: str,
        pad_token: str = "<pad>",
        mask_token: str = "<mask>",
        keep_special_tokens: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        source = "a text"
        if not tokenizer_json.lstrip().startswith("{"):
            source = tokenizer_json
            tokenizer_json = json_files.read_text(source)
        self.tokenizer_json = tokenizer_json
        self.pad_token = pad_token
        self.mask_token = mask_token
        self.keep_special_tokens = keep_special_tokens
        self._source = source
        self._ids = self.fast.get_vocab()
        self.vocab_size = max(self._ids.values()) + 1
        self.pad_id = self.token_to_id(pad_token)
        self.mask_id = self.token_to_id(mask_token)
        around = self.fast.encode("", "").ids
        if len(around) < 3 or len({*around[1:]}) > 1:
            raise ValueError(
                "`tokenizer_json` must put special tokens around two texts: "
                "one before, and one separator after each. "
                f"Received: {source}: {around}."
            )
        self.cls_id, self.sep_id = around[:2]
        self.num_separators = len(around) - 2

    @functools.cached_property
    def continues_word(self) -> np.ndarray:
        """Tells which pieces have no space before them: bool [V]."""
        continues = np.zeros(self.vocab_size, bool)
        for piece, id in self._ids.items():
            continues[id] = not piece.startswith(_SPACE)
        return continues

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
        """Gives the entry of an id, with "Ġ" for a space.

        Raises:
            ValueError: If no entry has the id.
        """
        token = self.fast.id_to_token(id) if id >= 0 else None
        if token is None:
            raise ValueError(
                f"`id` must be of an entry of the vocabulary. Received: {id=}."
            )
        return token

    def call(self, strings):
        if isinstance(strings, (str, bytes)):
            return self.encode([strings])[0]
        return self.encode(strings)

    def encode(self, strings: Sequence[str]) -> list[np.ndarray]:
        """Splits strings into pieces.

        Args:
            strings: B strings.

        Returns:
            B arrays int32 [T] of ids.

        Raises:
            ValueError: If `strings` are of a graph of TensorFlow.
        """
        return [np.array(x.ids, "int32") for x in self._encode(strings)]

    def tokenize_with_offsets(self, strings, unit: str = "characters"):
        """Splits text into pieces and their offsets in the text.

        Needs TensorFlow. A piece begins after the space before it. The pieces
        of one character have its offsets.

        Args:
            strings: B strings.
            unit: "characters", what the offsets count.

        Returns:
            Three ragged int32 [B, (T)]: ids, starts, exclusive ends.

        Raises:
            ValueError: If `unit` is another one.
        """
        if unit != "characters":
            raise ValueError(f"`unit` must be 'characters'. Received: {unit=}.")
        found = self._encode(strings)
        lengths = [len(each.ids) for each in found]
        columns = (
            [x for each in found for x in each.ids],
            [start for each in found for start, _ in each.offsets],
            [end for each in found for _, end in each.offsets],
        )
        return tuple(
            tf.RaggedTensor.from_row_lengths(
                tf.constant(column, tf.int32), tf.constant(lengths, tf.int64)
            )
            for column in columns
        )

    def detokenize(self, ids) -> list[str]:
        """Joins pieces into text.

        Args:
            ids: B sequences int [T].

        Returns:
            B strings, without special tokens.
        """
        rows = [[int(id) for id in row] for row in ids]
        return self.fast.decode_batch(rows)

    def save_to_preset(self, folder) -> None:
        """Writes `tokenizer.json` and `tokenizer_config.json`."""
        self._write(folder, {"keep_special_tokens": self.keep_special_tokens})

    def save_to_hugging_face(
        self, folder, sequence_length: int, has_segments: bool = False
    ) -> None:
        """Writes the files with which Hugging Face's tokenizers are loaded.

        Args:
            folder: The path to write to.
            sequence_length: The longest sequence of the model.
            has_segments: Whether the model reads segments.
        """
        cls, sep = map(self.id_to_token, (self.cls_id, self.sep_id))
        names = {"bos_token": cls, "cls_token": cls}
        names |= {"eos_token": sep, "sep_token": sep}
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sequence_length,
            "model_input_names": [
                "input_ids",
                *["token_type_ids"] * has_segments,
                "attention_mask",
            ],
        }
        self._write(folder, config | names)

    def _write(self, folder, config):
        files.make_folder(folder)
        names = {"pad_token": self.pad_token, "mask_token": self.mask_token}
        for name, text in {
            "tokenizer.json": self.tokenizer_json,
            "tokenizer_config.json": json.dumps(config | names, indent=2)
            + "\n",
        }.items():
            files.replace_file(os.path.join(folder, name), text)

    @classmethod
    def from_preset(cls, folder, **arguments):
        """Reads the tokenizer of a preset, or of a folder of Hugging Face.

        Args:
            folder: Path with `tokenizer.json`, or with `vocab.json` and
                `merges.txt`.
            **arguments: Arguments of the tokenizer in place of the folder's.

        Raises:
            ValueError: If a file is missing or damaged. Names it.
        """
        return cls(**{**byte_pair_arguments(folder), **arguments})

    def get_config(self):
        return {
            **super().get_config(),
            "tokenizer_json": self.tokenizer_json,
            "pad_token": self.pad_token,
            "mask_token": self.mask_token,
            "keep_special_tokens": self.keep_special_tokens,
        }

    def _encode(self, strings):
        if hasattr(strings, "graph"):
            raise ValueError(
                "Byte pairs are made of Python's strings, outside of "
                f"`dataset.map` and of `tf.function`. Received: {strings}."
            )
        if hasattr(strings, "numpy"):
            strings = strings.numpy()
        return self.fast.encode_batch(
            list(map(as_text, strings)), add_special_tokens=False
        )

    @functools.cached_property
    def fast(self):
        """Makes the `tokenizers.Tokenizer` with these ids."""
        tokenizers = import_tokenizers()
        try:
            tokenizer = tokenizers.Tokenizer.from_str(self.tokenizer_json)
        except Exception as error:  # The library has no class of its own.
            raise ValueError(
                "`tokenizer_json` must be a whole tokenizer.json of Hugging "
                f"Face. Received: {self._source}: {error}"
            ) from None
        if not isinstance(tokenizer.model, tokenizers.models.BPE):
            raise ValueError(
                "`tokenizer_json` must be of byte pairs. "
                f"Received: {self._source}: {type(tokenizer.model).__name__}."
            )
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = not self.keep_special_tokens
        return tokenizer
