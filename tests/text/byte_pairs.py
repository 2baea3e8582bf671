"""Learns a few byte pairs, as RoBERTa has them."""

import json

import pytest

from nlp_modeling import text

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
SENTENCES = [
    "A good film, and a good day for the film's director.",
    "Nobody was there: the days were long, the films were longer!",
    "The director said that 12 films were 11 too many.",
] * 4
TEXTS = [
    "A good film",
    " the  films\n\nwere\tlonger",
    "naïve Ünïcödé 日本 \U0001f600",
    "a <mask> day </s>",
    "",
]


def trained(**arguments):
    """A tokenizer of `tokenizers` with 300 pieces."""
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    pre_tokenizers = tokenizers.pre_tokenizers
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(
        add_prefix_space=False, **arguments
    )
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.post_processor = tokenizers.processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), add_prefix_space=False
    )
    mask = tokenizers.AddedToken("<mask>", lstrip=True, special=True)
    tokenizer.add_special_tokens([mask])
    return tokenizer


def tokenizer(**arguments):
    return text.BytePairTokenizer(trained().to_str(), **arguments)


def write_vocabulary(folder):
    """Writes `vocab.json` and `merges.txt`."""
    model = json.loads(trained().to_str())["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]))
    merges = "".join(f"{a} {b}\n" for a, b in model["merges"])
    (folder / "merges.txt").write_text(f"#version: 0.2\n{merges}")
