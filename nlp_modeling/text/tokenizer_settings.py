"""Reads the settings of a folder's tokenizer."""

import os
from typing import Any, TypedDict

from nlp_modeling import files, json_files
from nlp_modeling.text.read_vocabulary import read_vocabulary
from nlp_modeling.text.tf_hub_settings import tf_hub_settings


class TokenizerSettings(TypedDict, total=False):
    """Holds the arguments of `BertTokenizer` that a folder decides."""

    vocabulary: str | list[str]
    lower_case: bool
    strip_accents: bool | None
    special_tokens: list[str]
    keep_special_tokens: bool


class _Config(TypedDict, total=False):
    """Describes Hugging Face's `tokenizer_config.json`."""

    do_lower_case: bool
    strip_accents: bool | None
    tokenize_chinese_chars: bool
    do_basic_tokenize: bool
    never_split: list[str] | None


class _Normalizer(TypedDict, total=False):
    type: str
    lowercase: bool
    strip_accents: bool | None
    clean_text: bool
    handle_chinese_chars: bool


class _Model(TypedDict, total=False):
    type: str
    unk_token: str
    continuing_subword_prefix: str
    max_input_chars_per_word: int
    vocab: Any


class _KerasHub(TypedDict, total=False):
    lowercase: bool
    strip_accents: bool
    special_tokens_in_strings: bool
    split: bool
    suffix_indicator: str
    oov_token: str


class _Tokenizer(TypedDict, total=False):
    """Describes `tokenizer.json`: our keys, Hugging Face's, and KerasHub's."""

    lower_case: bool
    strip_accents: bool | None
    special_tokens: list[str]
    keep_special_tokens: bool
    vocab_size: int
    normalizer: _Normalizer
    model: _Model
    class_name: str
    config: _KerasHub


# What a key must be, if it is there: `BertTokenizer` does nothing else.
_CONFIG = {
    "tokenize_chinese_chars": True,
    "do_basic_tokenize": True,
    "never_split": None,
}
_NORMALIZER = {
    "type": "BertNormalizer",
    "clean_text": True,
    "handle_chinese_chars": True,
}
_MODEL = {
    "type": "WordPiece",
    "unk_token": "[UNK]",
    "continuing_subword_prefix": "##",
    "max_input_chars_per_word": 100,
}
_KERAS_HUB = {"split": True, "suffix_indicator": "##", "oov_token": "[UNK]"}
_KERAS_HUB_VOCABULARY = os.path.join("assets", "tokenizer", "vocabulary.txt")


def tokenizer_settings(folder: str) -> TokenizerSettings:
    """Reads the settings of a folder's tokenizer.

    A preset, of this package or of KerasHub, has them in `tokenizer.json`. A
    folder of Hugging Face has them in `tokenizer_config.json`, which decides,
    or `tokenizer.json`. A SavedModel of TF Hub has a variable for them.

    Args:
        folder: A preset, or a BERT folder of Hugging Face or TF Hub.

    Returns:
        The settings that the folder says, and its vocabulary if there is one.

    Raises:
        ValueError: If a file is damaged, or asks for what `BertTokenizer` does
            not do. Names the file and the key.
    """
    settings = TokenizerSettings(**tf_hub_settings(folder))
    vocabulary = os.path.join(folder, "vocab.txt")
    path = os.path.join(folder, "tokenizer.json")
    if files.file_exists(path):
        tokenizer = json_files.read_json(path, _Tokenizer)
        if "class_name" in tokenizer:
            return _of_keras_hub(folder, tokenizer, path)
        normalizer = tokenizer.get("normalizer", {})
        model = tokenizer.get("model", {})
        _require(normalizer, _NORMALIZER, path)
        _require(model, _MODEL, path)
        _keep(settings, tokenizer)
        _keep(settings, normalizer, "lowercase")
        if not files.file_exists(vocabulary):
            if model:
                settings["vocabulary"] = _by_id(model.get("vocab"), path)
        elif "vocab_size" in tokenizer:
            _require_size(vocabulary, tokenizer["vocab_size"], path)
    path = os.path.join(folder, "tokenizer_config.json")
    if files.file_exists(path):
        config = json_files.read_json(path, _Config)
        _require(config, _CONFIG, path)
        _keep(settings, config, "do_lower_case")
    if files.file_exists(vocabulary):
        settings["vocabulary"] = vocabulary
    return settings


def _of_keras_hub(folder, tokenizer, path):
    _require(tokenizer, {"class_name": "BertTokenizer"}, path)
    config = tokenizer.get("config", {})
    _require(config, _KERAS_HUB, path)
    return TokenizerSettings(
        vocabulary=os.path.join(folder, _KERAS_HUB_VOCABULARY),
        # What KerasHub's class does if the file does not say it.
        lower_case=config.get("lowercase", False),
        strip_accents=config.get("strip_accents", False),
        keep_special_tokens=config.get("special_tokens_in_strings", False),
    )


def _require(found, needed, path):
    for key, value in needed.items():
        # An empty list splits nothing, as null does.
        if found.get(key, value) not in (value, []):
            raise ValueError(
                f"`{key}` of a BERT tokenizer must be {value!r}. "
                f"Received: {path}: {key}={found[key]!r}."
            )


def _require_size(vocabulary, size, path):
    """Finds that a vocabulary was cut, which would still be one."""
    found = len(read_vocabulary(vocabulary))
    if found != size:
        raise ValueError(
            "A preset's vocabulary must be whole. Received: "
            f"{vocabulary}: {found:,} entries, {path}: vocab_size={size:,}."
        )


def _keep(settings, found, lower_case="lower_case"):
    if lower_case in found:
        settings["lower_case"] = found[lower_case]
    for key in ("strip_accents", "special_tokens", "keep_special_tokens"):
        if key in found:
            settings[key] = found[key]


def _by_id(vocab, path):
    """Lists the entries of Hugging Face's `vocab`, a dict of ids."""
    if isinstance(vocab, dict):
        ids = {index: piece for piece, index in vocab.items()}
        if set(ids) == set(range(len(vocab))):
            return [ids[index] for index in range(len(vocab))]
    raise ValueError(
        "`model.vocab` of a BERT tokenizer must give each entry the next id. "
        f"Received: {path}."
    )
