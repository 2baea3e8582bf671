"""SelfAttention is scaled dot-product attention."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers
from nlp_modeling.layers.merge_lora import merge_lora
from tests.gradients import outputs_and_gradients

# Shapes: B batch, S sequence, H hidden, N heads, D width of a head.
B, S, H, N, D = 2, 5, 8, 2, 4
RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(B, S, H)).astype("float32")
WEIGHTS = [
    RNG.normal(0, 0.3, shape).astype("float32")
    for shape in ((H, 3 * H), (3 * H,), (H, H), (H,))
]
RANK, ALPHA = 2, 6.0
ADAPTER = {
    "qkv_lora_a": RNG.normal(0, 0.3, (H, 3 * RANK)),
    "qkv_lora_b": RNG.normal(0, 0.3, (RANK, 3 * H)),
    "output_lora_a": RNG.normal(0, 0.3, (H, RANK)),
    "output_lora_b": RNG.normal(0, 0.3, (RANK, H)),
}
MASK = np.tril(np.ones((S, S), "float32"))[None].repeat(B, axis=0)


def attend(data, mask=None, asking=None, dtype="float32"):
    layer = layers.SelfAttention(N, dtype=dtype)
    layer.build(data.shape)
    layer.set_weights(WEIGHTS)
    found = keras.ops.cast(layer(data, mask, asking), "float32")
    return keras.ops.convert_to_numpy(found)


def by_the_paper(data, mask, weights=WEIGHTS, multiply=np.matmul):
    """softmax(Q K^T / sqrt(D)) V of each head, in float64, with loops."""
    qkv, qkv_bias, output, output_bias = (w.astype("float64") for w in weights)
    result = np.zeros((B, S, H))
    for b in range(B):
        projected = multiply(data[b], qkv) + qkv_bias
        heads = []
        for n in range(N):
            query, key, value = (
                projected[:, i * H + n * D : i * H + (n + 1) * D]
                for i in range(3)
            )
            scores = np.exp(query @ key.T / np.sqrt(D)) * mask[b]
            heads.append(scores / scores.sum(-1, keepdims=True) @ value)
        result[b] = multiply(np.concatenate(heads, -1), output) + output_bias
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


def rotated(vectors, theta):
    """Turns pair i of the vector at place m by m / theta^(2i/D), as complex."""
    half = vectors.shape[-1] // 2
    pairs = vectors[..., :half] + 1j * vectors[..., half:]
    angles = np.outer(
        np.arange(len(vectors)), theta ** (-2 * np.arange(half) / (2 * half))
    )
    turned = pairs * np.exp(1j * angles)
    return np.concatenate([turned.real, turned.imag], -1)


def test_its_probabilities_are_what_it_gathers_by():
    layer = layers.SelfAttention(N, rope_theta=50.0)
    layer.build(DATA.shape)
    qkv, qkv_bias, _, output_bias = WEIGHTS
    layer.set_weights([qkv, qkv_bias, np.eye(H), 0 * output_bias])
    shares = array(layer.probabilities(DATA, MASK))
    assert shares.shape == (B, N, S, S)
    assert not shares[:, :, MASK[0] == 0].any()
    np.testing.assert_allclose(shares.sum(-1), 1, atol=1e-6)
    values = (DATA @ qkv + qkv_bias)[..., 2 * H :].reshape(B, S, N, D)
    gathered = np.einsum("bnft,btnd->bfnd", shares, values)
    np.testing.assert_allclose(
        array(layer(DATA, MASK)), gathered.reshape(B, S, H), atol=1e-5
    )


@pytest.mark.parametrize("window", [None, 2, 3])
def test_rotation_and_window_are_the_papers(window):
    layer = layers.SelfAttention(
        N, use_bias=False, rope_theta=50.0, window=window
    )
    layer.build(DATA.shape)
    qkv, _, output, _ = WEIGHTS
    layer.set_weights([qkv, output])
    assert [weight.name for weight in layer.weights] == [
        "qkv_kernel",
        "output_kernel",
    ]
    near = np.ones((S, S))
    if window is not None:
        places = np.arange(S)
        near = abs(places[:, None] - places) <= window // 2
    wanted = np.zeros((B, S, H))
    for b in range(B):
        heads = []
        for n in range(N):
            query, key, value = (
                DATA[b] @ qkv[:, i * H + n * D : i * H + (n + 1) * D]
                for i in range(3)
            )
            query, key = rotated(query, 50.0), rotated(key, 50.0)
            scores = np.exp(query @ key.T / np.sqrt(D)) * MASK[b] * near
            heads.append(scores / scores.sum(-1, keepdims=True) @ value)
        wanted[b] = np.concatenate(heads, -1) @ output
    np.testing.assert_allclose(array(layer(DATA, MASK)), wanted, atol=1e-5)
    some = np.array([[3, 0, 3], [1, 4, 2]])
    rows = np.arange(B)[:, None]
    found = layer(
        DATA, MASK[rows, some], DATA[rows, some], positions=some.astype("int32")
    )
    np.testing.assert_allclose(array(found), wanted[rows, some], atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_heads": 8, "rope_theta": 10.0}, "even width.*num_heads=8"),
        ({"num_heads": 2, "rope_theta": 0.5}, "rope_theta=0.5"),
        ({"num_heads": 2, "window": 0}, "window=0"),
    ],
)
def test_a_rotation_or_window_that_cannot_be_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        layers.SelfAttention(**arguments)(DATA)


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


def array(tensor):
    return keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32"))


def built(dtype="float32"):
    layer = layers.SelfAttention(N, dtype=dtype, name="attention")
    layer.build(DATA.shape)
    layer.set_weights(WEIGHTS)
    return layer


def adapted(dtype="float32"):
    layer = built(dtype)
    layer.enable_lora(RANK, ALPHA)
    for name, value in ADAPTER.items():
        getattr(layer, name).assign(value)
    return layer


def adapted_weights():
    """W + alpha / r A B for each of the four matrices, as the paper has it."""
    qkv, qkv_bias, output, output_bias = WEIGHTS
    a, b = ADAPTER["qkv_lora_a"], ADAPTER["qkv_lora_b"]
    product = np.zeros((H, 3 * H))
    for i in range(3):
        product[:, i * H : (i + 1) * H] = (
            a[:, i * RANK : (i + 1) * RANK] @ b[:, i * H : (i + 1) * H]
        )
    qkv = qkv + ALPHA / RANK * product
    product = ADAPTER["output_lora_a"] @ ADAPTER["output_lora_b"]
    return [qkv, qkv_bias, output + ALPHA / RANK * product, output_bias]


def test_an_adapter_is_added_to_each_matrix():
    wanted = by_the_paper(DATA, MASK, adapted_weights())
    assert abs(wanted - by_the_paper(DATA, MASK)).max() > 0.1
    layer = adapted()
    np.testing.assert_allclose(array(layer(DATA, MASK)), wanted, atol=1e-5)
    some = [3, 0, 3]
    np.testing.assert_allclose(
        array(layer(DATA, MASK[:, some], DATA[:, some])),
        wanted[:, some],
        atol=1e-5,
    )


def test_a_new_adapter_changes_nothing():
    layer = built()
    before = array(layer(DATA, MASK))
    layer.enable_lora(RANK)
    np.testing.assert_array_equal(array(layer(DATA, MASK)), before)
    assert array(layer.qkv_lora_a).std() > 0.1
    assert layer.lora_alpha == layer.lora_rank == RANK


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_an_adapter_is_trained_and_saved_in_float32(dtype):
    layer = adapted(dtype)
    found = layer(DATA, MASK)
    assert keras.backend.standardize_dtype(found.dtype) in dtype
    wanted = by_the_paper(DATA, MASK, adapted_weights())
    np.testing.assert_allclose(array(found), wanted, atol=0.1)
    assert {w.dtype for w in layer.weights} == {"float32"}
    saved = {}
    layer.save_own_variables(saved)
    for index, weight in enumerate(adapted_weights()):
        np.testing.assert_allclose(array(saved[str(index)]), weight, atol=1e-6)


def test_gradients_reach_the_adapter_and_the_biases_alone():
    layer = adapted()
    model = keras.Sequential([keras.Input((S, H)), layer])
    outputs, gradients = outputs_and_gradients(
        model, DATA, lambda outputs, add: add(outputs**2)
    )
    names = {path.split("/")[-1] for path in gradients}
    assert names == {*ADAPTER, "qkv_bias", "output_bias"}
    # Of the output's B by hand: (the gathered values A)^T dy, times alpha / r.
    weights = adapted_weights()
    qkv, qkv_bias, _, _ = weights
    whole = [qkv, qkv_bias, np.eye(H), np.zeros(H)]
    gathered = by_the_paper(DATA, np.ones_like(MASK), whole)
    low = gathered.reshape(-1, H) @ ADAPTER["output_lora_a"]
    wanted = ALPHA / RANK * low.T @ (2 * outputs.reshape(-1, H))
    found = gradients["attention/output_lora_b"]
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def test_a_merged_layer_is_a_plain_one_of_the_sums():
    layer = adapted()
    before = array(layer(DATA, MASK))
    merge_lora(layer)
    assert len(layer.weights) == len(WEIGHTS) and not layer.lora_enabled
    for weight, wanted in zip(layer.weights, adapted_weights(), strict=True):
        np.testing.assert_allclose(array(weight), wanted, atol=1e-6)
    np.testing.assert_allclose(array(layer(DATA, MASK)), before, atol=1e-6)


def test_weights_that_an_adapted_layer_loads_start_a_new_adapter():
    saved, layer = {}, adapted()
    built().save_own_variables(saved)
    layer.load_own_variables(saved)
    np.testing.assert_array_equal(array(layer(DATA)), attend(DATA))
    np.testing.assert_allclose(
        array(layer.qkv_lora_a), ADAPTER["qkv_lora_a"], rtol=1e-6
    )
    with pytest.raises(ValueError, match="Received: 2 weights"):
        layer.load_own_variables({"0": WEIGHTS[0], "1": WEIGHTS[1]})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rank": 0}, "rank=0"),
        ({"rank": 2.5}, "rank=2.5"),
        ({"rank": 2, "lora_alpha": float("nan")}, "lora_alpha=nan"),
    ],
)
def test_a_size_that_no_adapter_has_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        built().enable_lora(**arguments)


def test_a_layer_is_adapted_once_and_after_it_is_built():
    with pytest.raises(ValueError, match="built=False"):
        layers.SelfAttention(N).enable_lora(2)
    with pytest.raises(ValueError, match="lora_enabled=True"):
        adapted().enable_lora(2)


def rounded(weight):
    """A kernel that 127 steps of each column's largest entry have rounded."""
    if weight.ndim == 1:
        return weight
    steps = 127 / abs(weight).max(0)
    return np.rint(weight * steps) / steps


def in_integers(rows, kernel):
    """The product of both rounded to 127 steps of their largest entry."""
    steps = 127 / abs(rows).max(-1, keepdims=True)
    columns = 127 / abs(kernel).max(0)
    integers = np.rint(rows * steps) @ np.rint(kernel * columns)
    return integers / (steps * columns)


def quantized(layer=None):
    layer = layer or built()
    layer.quantize("int8")
    return layer


def test_an_int8_layer_multiplies_integers():
    wanted = by_the_paper(DATA, MASK, multiply=in_integers)
    assert abs(wanted - by_the_paper(DATA, MASK)).max() > 1e-3
    layer = quantized()
    assert [w.dtype for w in layer.weights].count("int8") == 2
    np.testing.assert_allclose(array(layer(DATA, MASK)), wanted, atol=1e-5)
    some = [3, 0, 3]
    np.testing.assert_allclose(
        array(layer(DATA, MASK[:, some], DATA[:, some])),
        array(layer(DATA, MASK))[:, some],
        atol=1e-6,
    )


def test_real_inputs_meet_rounded_kernels_if_the_config_says_so():
    layer = built()
    layer.quantize(
        config=keras.quantizers.Int8QuantizationConfig(
            activation_quantizer=None
        )
    )
    weights = [rounded(w) for w in WEIGHTS]
    np.testing.assert_allclose(
        array(layer(DATA, MASK)), by_the_paper(DATA, MASK, weights), atol=1e-5
    )


def test_a_quantized_layer_is_saved_and_loaded(tmp_path):
    path = tmp_path / "model.keras"
    model = keras.Sequential([keras.Input((S, H)), quantized()])
    model.save(path)
    again = keras.saving.load_model(path)
    assert again.layers[-1].quantization_mode == "int8"
    np.testing.assert_array_equal(array(again(DATA)), array(model(DATA)))


def test_an_adapter_beside_integers_is_merged_into_them():
    layer = quantized()
    before = array(layer(DATA, MASK))
    layer.enable_lora(RANK, ALPHA)
    np.testing.assert_array_equal(array(layer(DATA, MASK)), before)
    for name, value in ADAPTER.items():
        getattr(layer, name).assign(value)
    merge_lora(layer)
    weights = [
        rounded(w) + sums - w
        for w, sums in zip(WEIGHTS, adapted_weights(), strict=True)
    ]
    wanted = by_the_paper(DATA, MASK, weights, in_integers)
    np.testing.assert_allclose(array(layer(DATA, MASK)), wanted, atol=1e-5)


def test_another_mode_and_a_subclass_are_refused():
    class Other(layers.SelfAttention):
        pass

    other = Other(N)
    other.build(DATA.shape)
    with pytest.raises(NotImplementedError, match="Received: Other"):
        other.quantize("int8")
    for mode in "int4", "float8":
        with pytest.raises(NotImplementedError, match=f"mode='{mode}'"):
            built().quantize(mode)
    with pytest.raises(NotImplementedError, match="mode='float8'"):
        layers.SelfAttention(N, dtype="float8_from_float32")(DATA)
