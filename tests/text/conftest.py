"""Offers a tokenizer with a readable vocabulary."""

import pytest

from nlp_modeling import text

# "##" pieces continue a word.
PIECES = """[PAD] [UNK] [CLS] [SEP] [MASK] the un ##aff ##able cat ##s sat on
mat , ! . # - a e i o ##a ##e cafe naive ο σ ##σ ##δ ##ο 日 本 x y z [ ] mask
ss ##x ᄒ ##ᅡ ##ᆫ""".split()


@pytest.fixture(scope="session")
def tokenizer():
    return text.BertTokenizer(PIECES)


@pytest.fixture(scope="session")
def pieces_of(tokenizer):
    """Reads ids as pieces, to any depth of lists."""

    def read(ids):
        if isinstance(ids, list):
            return [read(i) for i in ids]
        return tokenizer.vocabulary[ids]

    return lambda ids: read(
        ids.to_list() if hasattr(ids, "to_list") else ids.numpy().tolist()
    )
