"""A served encoder pools what its encoder gives."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import serving, text
from tests.serving.conftest import LONGEST, TEXTS


@pytest.fixture(scope="module")
def outputs(encoder, tokenizer):
    packer = text.SegmentPacker(LONGEST, tokenizer)
    features = packer(tokenizer(tf.constant(TEXTS)))
    network = encoder()
    mask = features["input_mask"].numpy()[..., np.newaxis]
    return network, mask, network(features, training=False)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("pooling", ["mean", "first", "pooler"])
def test_vectors_are_pooled_as_told(outputs, tokenizer, pooling, normalize):
    network, mask, encoded = outputs
    sequence = encoded["sequence_output"].numpy()
    wanted = {
        "mean": (sequence * mask).sum(1) / mask.sum(1),
        "first": sequence[:, 0],
        "pooler": encoded["pooled_output"].numpy(),
    }[pooling]
    if normalize:
        wanted = wanted / np.linalg.norm(wanted, axis=-1, keepdims=True)
    embedder = serving.Embedder(
        network, tokenizer, pooling, normalize, sequence_length=LONGEST
    )
    found = embedder(tf.constant(TEXTS))["embedding"]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_an_unknown_pooling_is_named(outputs, tokenizer):
    with pytest.raises(ValueError, match="pooling='max'"):
        serving.Embedder(outputs[0], tokenizer, "max")
