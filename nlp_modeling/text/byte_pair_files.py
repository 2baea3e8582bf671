"""Reads the files of a tokenizer of byte pairs."""

import json
import os
from typing import Any, TypedDict

from nlp_modeling import files, json_files
from nlp_modeling.text.import_tokenizers import import_tokenizers

# The arguments of `BytePairTokenizer` with the name of a token.
_TOKENS = ("pad_token", "mask_token")


class _Model(TypedDict, total=False):
    type: str


class _Tokenizer(TypedDict, total=False):
    model: _Model


class _Config(TypedDict, total=False):
    """Describes `tokenizer_config.json`: Hugging Face's keys, and our one."""

    pad_token: str | dict[str, Any] | None
    mask_token: str | dict[str, Any] | None
    add_prefix_space: bool
    keep_special_tokens: bool


def holds_byte_pairs(folder: str) -> bool:
    """Tells whether a folder holds a tokenizer of byte pairs."""
    path = os.path.join(folder, "tokenizer.json")
    if files.file_exists(path):
        found = json_files.read_json(path, _Tokenizer)
        return found.get("model", {}).get("type") == "BPE"
    return all(
        files.file_exists(os.path.join(folder, name))
        for name in ("vocab.json", "merges.txt")
    )


def byte_pair_arguments(folder: str) -> dict[str, Any]:
    """Reads the arguments of a `BytePairTokenizer` that a folder decides.

    Args:
        folder: Path with `tokenizer.json`, or with `vocab.json` and
            `merges.txt`; and with `tokenizer_config.json` if there is one.

    Raises:
        ValueError: If a file is missing or damaged. Names it.
    """
    config = _Config()
    path = os.path.join(folder, "tokenizer_config.json")
    if files.file_exists(path):
        config = json_files.read_json(path, _Config)
    path = os.path.join(folder, "tokenizer.json")
    if not files.file_exists(path):
        made = _of_vocabulary(folder, config.get("add_prefix_space", False))
        arguments = {"tokenizer_json": made}
    elif "add_prefix_space" in config:
        text = json_files.read_text(path)
        made = json_files.parse_json(text, dict[str, Any], path)
        before = made.get("pre_tokenizer") or {}
        if before.get("type") == "ByteLevel":
            before["add_prefix_space"] = config["add_prefix_space"]
        arguments = {"tokenizer_json": json.dumps(made, ensure_ascii=False)}
    else:
        arguments = {"tokenizer_json": path}
    for name in _TOKENS:
        if token := config.get(name):
            is_text = isinstance(token, str)
            arguments[name] = token if is_text else token.get("content")
    if "keep_special_tokens" in config:
        arguments["keep_special_tokens"] = config["keep_special_tokens"]
    return arguments


def _of_vocabulary(folder, add_prefix_space):
    """Makes `tokenizer.json` of the files of RoBERTa."""
    tokenizers = import_tokenizers()
    paths = [os.path.join(folder, x) for x in ("vocab.json", "merges.txt")]
    ids = json_files.read_json(paths[0], dict[str, int])
    lines = json_files.read_text(paths[1]).split("\n")
    merges = [
        tuple(line.rstrip("\r").split(" "))
        for line in lines
        if line.strip() and not line.startswith("#version")
    ]
    wrong = [merge for merge in merges if len(merge) != 2]
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    missing = [token for token in special if token not in ids]
    if wrong or missing:
        raise ValueError(
            "A vocabulary of RoBERTa must have its special tokens, and its "
            f"merges two pieces. Received: {paths}: {missing=}, {wrong[:3]}."
        )
    try:
        tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(ids, merges))
    except Exception as error:  # The library has no class of its own.
        raise ValueError(
            "Merges must be of pieces of the vocabulary. "
            f"Received: {paths}: {error}"
        ) from None
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(
        add_prefix_space=add_prefix_space
    )
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.post_processor = tokenizers.processors.RobertaProcessing(
        ("</s>", ids["</s>"]),
        ("<s>", ids["<s>"]),
        add_prefix_space=add_prefix_space,
    )
    tokenizer.add_special_tokens(
        [
            tokenizers.AddedToken(
                token,
                # The mask takes the space before it, as a word does.
                lstrip=token == "<mask>",
                normalized=False,
                special=True,
            )
            for token in special
        ]
    )
    return tokenizer.to_str()
