"""SelfAttention is scaled dot-product attention."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

# Shapes: B batch, S sequence, H hidden, N heads, D width of a head.
B, S, H, N, D = 2, 5, 8, 2, 4
RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(B, S, H)).astype("float32")
WEIGHTS = [
    RNG.normal(0, 0.3, shape).astype("float32")
    for shape in ((H, 3 * H), (3 * H,), (H, H), (H,))
]
MASK = np.tril(np.ones((S, S), "float32"))[None].repeat(B, axis=0)


def attend(data, mask=None, asking=None, dtype="float32"):
    layer = layers.SelfAttention(N, dtype=dtype)
    layer.build(data.shape)
    layer.set_weights(WEIGHTS)
    found = keras.ops.cast(layer(data, mask, asking), "float32")
    return keras.ops.convert_to_numpy(found)


def by_the_paper(data, mask):
    """softmax(Q K^T / sqrt(D)) V of each head, in float64, with loops."""
    qkv, qkv_bias, output, output_bias = (w.astype("float64") for w in WEIGHTS)
    result = np.zeros((B, S, H))
    for b in range(B):
        projected = data[b] @ qkv + qkv_bias
        heads = []
        for n in range(N):
            query, key, value = (
                projected[:, i * H + n * D : i * H + (n + 1) * D]
                for i in range(3)
            )
            scores = np.exp(query @ key.T / np.sqrt(D)) * mask[b]
            heads.append(scores / scores.sum(-1, keepdims=True) @ value)
        result[b] = np.concatenate(heads, -1) @ output + output_bias
    return result


def test_it_is_the_papers_formula():
    np.testing.assert_allclose(
        attend(DATA, MASK), by_the_paper(DATA, MASK), atol=1e-5
    )
    np.testing.assert_allclose(
        attend(DATA), by_the_paper(DATA, np.ones_like(MASK)), atol=1e-5
    )


@pytest.mark.parametrize("kind", ["int32", "bool"])
def test_a_mask_may_be_of_any_kind(kind):
    np.testing.assert_array_equal(
        attend(DATA, MASK.astype(kind)), attend(DATA, MASK)
    )


def test_only_some_positions_may_ask():
    some = [3, 0, 3]
    np.testing.assert_allclose(
        attend(DATA, MASK[:, some], DATA[:, some]),
        attend(DATA, MASK)[:, some],
        atol=1e-6,
    )


@pytest.mark.parametrize(
    "dtype", ["float32", "mixed_bfloat16", "mixed_float16"]
)
def test_a_row_without_a_token_attends_to_all_alike(dtype):
    found = attend(DATA, np.zeros_like(MASK), dtype=dtype)
    assert np.isfinite(found).all()
    # All positions ask the same of all, so all get the same.
    np.testing.assert_allclose(found, found[:, :1].repeat(S, 1), atol=1e-6)


def test_heads_must_divide_the_hidden_size():
    with pytest.raises(ValueError, match="hidden_size=8, num_heads=3"):
        layers.SelfAttention(3)(DATA)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_outside_its_range_is_named(rate):
    with pytest.raises(ValueError, match=f"dropout={rate}"):
        layers.SelfAttention(2, dropout=rate)


@pytest.mark.parametrize("shape", [(B, S, 1), (B, 1, S), (B, S), (B, S, S, 1)])
def test_a_mask_that_would_broadcast_is_refused(shape):
    with pytest.raises(ValueError, match="attention_mask.shape="):
        attend(DATA, np.ones(shape, "float32"))
    with pytest.raises(ValueError, match=r"positions=\(2, 5\)"):
        attend(DATA, MASK, DATA[:, :2])
