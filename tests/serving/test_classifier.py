"""A served classifier gives what its model gives."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import models, networks, serving, text
from tests.serving.conftest import LONGEST, TEXTS, head, traced

LABELS = ["contradiction", "entailment", "neutral"]


def expected(model, tokenizer, *columns):
    """Probabilities of the model itself, text by text, padded to the end."""
    packer = text.SegmentPacker(LONGEST, tokenizer)
    rows = []
    for row in zip(*columns, strict=True):
        segments = [tokenizer(tf.constant([string])) for string in row]
        logits = model(packer(segments), training=False)
        rows.append(tf.nn.softmax(logits)[0])
    return np.stack(rows)


def test_probabilities_are_the_models(classifier, tokenizer):
    served = serving.Classifier(
        classifier, tokenizer, LABELS, sequence_length=LONGEST
    )
    found = served(tf.constant(TEXTS))
    probabilities = expected(classifier, tokenizer, TEXTS)
    np.testing.assert_allclose(
        found["probabilities"], probabilities, atol=1e-5, rtol=0
    )
    labels = [LABELS[i].encode() for i in probabilities.argmax(-1)]
    assert found["label"].numpy().tolist() == labels
    # The texts are not all alike to the model.
    assert len(set(labels)) > 1


def test_pairs_are_read_as_two_segments(classifier, tokenizer):
    served = serving.Classifier(
        classifier, tokenizer, LABELS, num_texts=2, sequence_length=LONGEST
    )
    assert served.inputs == ("text", "text_pair")
    others = TEXTS[::-1]
    found = served(tf.constant(TEXTS), tf.constant(others))
    np.testing.assert_allclose(
        found["probabilities"],
        expected(classifier, tokenizer, TEXTS, others),
        atol=1e-5,
        rtol=0,
    )


def test_a_text_is_served_alike_in_any_batch(classifier, tokenizer):
    served = traced(
        serving.Classifier(
            classifier, tokenizer, LABELS, sequence_length=LONGEST
        )
    )
    together = served(tf.constant(TEXTS))["probabilities"]
    for string, row in zip(TEXTS, together, strict=True):
        alone = served(tf.constant([string]))["probabilities"][0]
        np.testing.assert_allclose(alone, row, atol=1e-5)
    assert served(tf.constant([], tf.string))["probabilities"].shape == (0, 3)


def test_bytes_that_are_not_utf_8_are_dropped(classifier, tokenizer):
    served = serving.Classifier(
        classifier, tokenizer, LABELS, sequence_length=LONGEST
    )
    broken, whole = served(tf.constant([b"a \xff\xfecat", b"a cat"]))[
        "probabilities"
    ]
    np.testing.assert_allclose(broken, whole, atol=1e-6)


def test_a_regression_gives_scores(encoder, tokenizer):
    model = models.BertClassifier(encoder(), 1, initializer=head())
    served = serving.Classifier(model, tokenizer, sequence_length=LONGEST)
    features = text.SegmentPacker(LONGEST, tokenizer)(
        tokenizer(tf.constant(TEXTS))
    )
    np.testing.assert_allclose(
        served(tf.constant(TEXTS))["score"],
        model(features, training=False)[:, 0],
        atol=1e-5,
    )


def test_a_model_of_one_length_is_served_too(encoder, tokenizer):
    model = models.BertClassifier(
        encoder(sequence_length=16), 3, initializer=head()
    )
    served = serving.Classifier(model, tokenizer, LABELS, sequence_length=12)
    features = text.SegmentPacker(12, tokenizer)(tokenizer(tf.constant(TEXTS)))
    padded = {k: tf.pad(v, [[0, 0], [0, 4]]) for k, v in features.items()}
    np.testing.assert_allclose(
        served(tf.constant(TEXTS))["probabilities"],
        tf.nn.softmax(model(padded, training=False)),
        atol=1e-5,
    )


def test_an_albert_is_served_too(tokenizer):
    network = networks.AlbertEncoder(
        tokenizer.vocab_size,
        embedding_width=4,
        hidden_size=8,
        num_layers=2,
        num_attention_heads=2,
        sequence_length=None,
        max_sequence_length=LONGEST,
        intermediate_size=8,
        initializer=head(),
    )
    model = models.BertClassifier(network, 3, initializer=head())
    served = serving.Classifier(
        model, tokenizer, LABELS, sequence_length=LONGEST
    )
    np.testing.assert_allclose(
        served(tf.constant(TEXTS))["probabilities"],
        expected(model, tokenizer, TEXTS),
        atol=1e-5,
    )


def test_numbers_of_16_bits_stay_inside(encoder, tokenizer):
    model = models.BertClassifier(
        encoder(dtype="mixed_bfloat16"), 3, initializer=head()
    )
    served = serving.Classifier(
        model, tokenizer, LABELS, sequence_length=LONGEST
    )
    found = served(tf.constant(TEXTS))["probabilities"]
    assert found.dtype == tf.float32
    wanted = expected(model, tokenizer, TEXTS)
    np.testing.assert_allclose(found, wanted, atol=0.05)


def test_what_is_served_stays_when_the_model_trains_on(encoder, tokenizer):
    model = models.BertClassifier(encoder(), 3, initializer=head())
    served = serving.Classifier(
        model, tokenizer, LABELS, sequence_length=LONGEST
    )
    before = served(tf.constant(TEXTS))["probabilities"]
    for variable in model.trainable_variables:
        variable.assign(2 * variable)
    after = served(tf.constant(TEXTS))["probabilities"]
    np.testing.assert_array_equal(before, after)


def test_another_backend_of_keras_is_named(classifier, tokenizer, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ValueError, match="backend='jax'"):
        serving.Embedder(classifier.network, tokenizer, sequence_length=8)


def test_what_does_not_fit_is_named(classifier, encoder, tokenizer):
    serve = serving.Classifier
    with pytest.raises(ValueError, match=r"3 scores, labels=\['no', 'yes'\]"):
        serve(classifier, tokenizer, ["no", "yes"], sequence_length=8)
    with pytest.raises(ValueError, match="=25, the model's=24"):
        serve(classifier, tokenizer, LABELS, sequence_length=25)
    with pytest.raises(ValueError, match="num_texts=3"):
        serve(classifier, tokenizer, LABELS, num_texts=3)
    fixed = models.BertClassifier(encoder(sequence_length=16), 3)
    with pytest.raises(ValueError, match="sequence_length=17, the model's=16"):
        serve(fixed, tokenizer, LABELS, sequence_length=17)
    more = text.BertTokenizer([*tokenizer.vocabulary, "another"])
    with pytest.raises(
        ValueError, match=f"of {tokenizer.vocab_size + 1} piece"
    ):
        serve(classifier, more, LABELS, sequence_length=8)
