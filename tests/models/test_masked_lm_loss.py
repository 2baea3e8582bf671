"""A pretrainer's examples, and its loss: a mean over words to predict."""

import keras
import numpy as np
import pytest

from nlp_modeling import models, networks, text

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "film"]


# By length, as a batch of `fit` has them.
TEXTS = ["good film", "good film good film good film good"]


@pytest.fixture
def preprocessor():
    pytest.importorskip("tensorflow")  # It masks on every backend.
    if keras.backend.backend() != "tensorflow":
        pytest.importorskip("tokenizers")
    return text.MaskedLMPreprocessor(
        text.BertTokenizer(VOCABULARY), 16, rate=0.3, seed=(1, 2)
    )


def test_a_call_gives_the_examples_of_fit(preprocessor):
    expected = preprocessor.batch(preprocessor.rows(TEXTS), [0, 1], 16)
    for one, other in zip(
        keras.tree.flatten(preprocessor(TEXTS)),
        keras.tree.flatten(expected),
        strict=True,
    ):
        np.testing.assert_array_equal(np.asarray(one), other)


def test_the_loss_of_texts_counts_words_and_no_empty_places(preprocessor):
    keras.utils.set_random_seed(1)
    encoder = networks.TransformerEncoder(
        len(VOCABULARY), 16, 1, 2, None, 16, intermediate_size=32
    )
    model = models.BertPretrainer(encoder, None, preprocessor=preprocessor)
    model.compile(**model.compile_defaults() | {"jit_compile": False})
    rows = preprocessor.rows(TEXTS)
    features, words, weights = preprocessor.batch(rows, [0, 1], 16)
    words, weights = words["masked_lm"], weights["masked_lm"]
    assert 0 < weights.sum() < weights.size
    logits = keras.ops.convert_to_numpy(model(features)["masked_lm"])
    logits = logits.astype("float64")
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    right = np.take_along_axis(shares, words[..., np.newaxis], -1)[..., 0]
    expected = -(weights * np.log(right)).sum() / weights.sum()
    loss, *_ = model.evaluate(features, words, sample_weight=weights, verbose=0)
    assert loss == pytest.approx(expected, rel=1e-5)
