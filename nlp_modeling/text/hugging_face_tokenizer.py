"""Writes a tokenizer as Hugging Face reads it."""

import json
import os

from nlp_modeling import files
from nlp_modeling.text.word_pieces import CONTINUES

_NAMES = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}


def write_hugging_face_tokenizer(
    tokenizer, folder, sequence_length: int, has_segments: bool
) -> None:
    """Writes a `BertTokenizer` as Hugging Face reads it.

    The files are `vocab.txt`, `tokenizer_config.json` and `tokenizer.json`,
    which `tokenizers` and its fast tokenizers read.

    Args:
        tokenizer: A `text.BertTokenizer` with the five tokens of BERT.
        folder: The path to write to.
        sequence_length: The longest sequence of the model.
        has_segments: Whether the model reads segments.
    """
    lower_case, accents = tokenizer.lower_case, tokenizer.strip_accents
    config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": lower_case,
        "strip_accents": accents,
        "tokenize_chinese_chars": True,
        "model_max_length": sequence_length,
        "model_input_names": [
            "input_ids",
            *["token_type_ids"] * has_segments,
            "attention_mask",
        ],
        **_NAMES,
    }
    vocabulary = tokenizer.vocabulary
    special = [
        {
            "id": tokenizer.token_to_id(token),
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for token in tokenizer.special_tokens
    ]
    first, second = (
        {"Sequence": {"id": x, "type_id": i}} for i, x in enumerate("AB")
    )
    cls, sep, end = (
        {"SpecialToken": {"id": token, "type_id": i}}
        for token, i in (("[CLS]", 0), ("[SEP]", 0), ("[SEP]", 1))
    )
    pieces = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": sorted(special, key=lambda token: token["id"]),
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": accents,
            "lowercase": lower_case,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [cls, first, sep],
            "pair": [cls, first, sep, second, end],
            "special_tokens": {
                token: {
                    "id": token,
                    "ids": [tokenizer.token_to_id(token)],
                    "tokens": [token],
                }
                for token in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": CONTINUES, "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": CONTINUES,
            "max_input_chars_per_word": 100,
            "vocab": {piece: i for i, piece in enumerate(vocabulary)},
        },
    }
    for name, text in {
        "vocab.txt": "".join(f"{piece}\n" for piece in vocabulary),
        "tokenizer_config.json": json.dumps(config, indent=2) + "\n",
        "tokenizer.json": json.dumps(pieces, indent=1, ensure_ascii=False)
        + "\n",
    }.items():
        files.replace_file(os.path.join(folder, name), text)
