"""Small models whose answers depend on all that they read."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import models, networks, text
from nlp_modeling.text.normalize_text import normalize_text

LONGEST = 24
# What is written wrongly, or as nobody expects.
TEXTS = [
    "",
    " \t\n",
    "The cat sat on 3 mats.",
    "a  b\u00a0 c\n\nd",
    "Zoe\u0308 de\u0301ja\u0300 vu\u0323\u0302!",
    "日本語の文、テキスト。",
    "👩‍👩‍👧‍👦 likes 🇩🇪 and 👍🏽 a lot 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "zero\u200bwidth soft\u00adhyphen \u202eleft",
    "한국어 \u1112\u1161\u11ab",
    "ﬁne Straße ΟΔΟΣ İstanbul",
    "\x00control\x1f \ufffd",
    "[CLS] [SEP] ##a",
    "word " * 60,
    "w" * 120,
    "𠀀𠀁 𝔸𝕒 Ꭳ",
]


@pytest.fixture(scope="session")
def tokenizer():
    """Of all characters of the texts, alone and inside a word."""
    text_of_all = "".join(TEXTS) + "abcdefghijklmnopqrstuvwxyz?"
    (normal,) = normalize_text(tf.constant([text_of_all])).numpy()
    letters = sorted({c for c in normal.decode() if not c.isspace()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*special, *letters, *(f"##{c}" for c in letters), "cat", "word"]
    return text.BertTokenizer(list(dict.fromkeys(pieces)))


@pytest.fixture(scope="session")
def encoder(tokenizer):
    """Makes encoders that are equal, of any length up to 24 word pieces."""

    def make(**arguments):
        sizes = {
            "hidden_size": 16,
            "num_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 24,
            "sequence_length": None,
            "max_sequence_length": LONGEST,
            "type_vocab_size": 2,
            # Large, so that no two positions are alike.
            "initializer": keras.initializers.RandomNormal(stddev=0.5, seed=3),
        }
        return networks.TransformerEncoder(
            tokenizer.vocab_size, **sizes | arguments
        )

    return make


def traced(served):
    """The graph that is exported: for any batch, none too."""
    specs = [tf.TensorSpec([None], tf.string, name) for name in served.inputs]
    return tf.function(served, input_signature=specs)


def packed(tokenizer, *segments):
    """Features of sequences that are as long as they may be.

    Each segment is a list of arrays of ids, one for each sequence.
    """
    segments = [
        tf.RaggedTensor.from_row_lengths(np.concatenate(s), [len(x) for x in s])
        for s in segments
    ]
    return text.SegmentPacker(LONGEST, tokenizer)(segments)


def head():
    return keras.initializers.RandomNormal(stddev=1.0, seed=5)


@pytest.fixture(scope="session")
def classifier(encoder):
    return models.BertClassifier(encoder(), 3, initializer=head())


@pytest.fixture(scope="session")
def span_labeler(encoder):
    return models.BertSpanLabeler(encoder(), initializer=head())


@pytest.fixture(scope="session")
def token_classifier(encoder):
    return models.BertTokenClassifier(encoder(), 5, initializer=head())
