"""Heads give their logits, whatever they were asked for."""

import keras
import numpy as np
import pytest

from nlp_modeling import networks

RNG = np.random.default_rng(0)
POOLED = RNG.normal(size=(2, 8)).astype("float32")
SEQUENCE = RNG.normal(size=(2, 5, 8)).astype("float32")


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def log_softmax(x):
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


@pytest.mark.parametrize("output", ["logits", "predictions"])
@pytest.mark.parametrize(
    ("head_class", "features"),
    [
        (networks.Classification, POOLED),
        (networks.TokenClassification, SEQUENCE),
    ],
)
def test_logits_of_classes(head_class, features, output):
    head = head_class(8, 3, output=output)
    kernel, bias = head.get_weights()
    logits = array(keras.Model(head.inputs, head.logits)([features]))
    np.testing.assert_allclose(logits, features @ kernel + bias, atol=1e-5)
    wanted = log_softmax(logits) if output == "predictions" else logits
    np.testing.assert_allclose(array(head(features)), wanted, atol=1e-5)


@pytest.mark.parametrize("output", ["logits", "predictions"])
def test_logits_of_a_start_and_an_end(output):
    head = networks.SpanLabeling(8, output=output)
    kernel, bias = head.get_weights()
    both = keras.Model(head.inputs, [head.start_logits, head.end_logits])
    for i, (found, given) in enumerate(
        zip(both([SEQUENCE]), head(SEQUENCE), strict=True)
    ):
        wanted = SEQUENCE @ kernel[:, i] + bias[i]
        np.testing.assert_allclose(array(found), wanted, atol=1e-5)
        if output == "predictions":
            wanted = log_softmax(wanted)
        np.testing.assert_allclose(array(given), wanted, atol=1e-5)


def test_a_replaced_token_has_one_logit():
    head = networks.ReplacedTokenDetection(8, "relu")
    kernel, bias, scores, shift = head.get_weights()
    assert head.output_shape == (None, None)
    hidden = np.maximum(SEQUENCE @ kernel + bias, 0)
    wanted = hidden @ scores[:, 0] + shift
    np.testing.assert_allclose(array(head(SEQUENCE)), wanted, atol=1e-5)
    with pytest.raises(ValueError, match="input_width=0"):
        networks.ReplacedTokenDetection(0)
