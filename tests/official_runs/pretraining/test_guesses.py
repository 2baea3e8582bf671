"""top_tokens finds likely tokens, or says what does not fit."""

import pytest

from nlp_modeling import models, networks, text
from official_runs.pretraining.guesses import top_tokens


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer("[PAD] [UNK] [CLS] [SEP] [MASK] a b".split())


@pytest.fixture(scope="module")
def model():
    encoder = networks.TransformerEncoder(
        vocab_size=7,
        hidden_size=8,
        num_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        sequence_length=None,
        max_sequence_length=16,
    )
    return models.BertPretrainer(encoder, num_classes=None)


def test_every_token_is_found_once(model, tokenizer):
    tokens = top_tokens(model, tokenizer, "a [MASK] b", 7)
    assert sorted(tokens) == sorted(tokenizer.vocabulary)


@pytest.mark.parametrize(
    "sentence, count, said",
    [
        ("a b", 1, r"one \[MASK\].*'a b'"),
        ("[MASK] [MASK]", 1, r"one \[MASK\]"),
        ("a [MASK]", 8, r"vocabulary, 7\. Received: top=8"),
        ("a " * 5000 + "[MASK]", 1, "at most 16 tokens.*5003 tokens in 'a a"),
    ],
)
def test_what_does_not_fit_is_named(model, tokenizer, sentence, count, said):
    with pytest.raises(ValueError, match=said) as error:
        top_tokens(model, tokenizer, sentence, count)
    assert len(str(error.value)) < 200
