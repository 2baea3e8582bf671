"""LoRA trains small products beside the kernels of an encoder, and no more."""

import doctest
import inspect

import h5py
import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks
from tests.conformance.cases import (
    ENCODING,
    POSITIONS,
    B,
    H,
    OwnLayer,
    S,
    albert,
    encoder,
)

RANK, ALPHA = 2, 6
BLOCK = [
    "attention/qkv_lora_a",
    "attention/qkv_lora_b",
    "attention/output_lora_a",
    "attention/output_lora_b",
    "feed_forward/inner/lora_kernel_a",
    "feed_forward/inner/lora_kernel_b",
    "feed_forward/output/lora_kernel_a",
    "feed_forward/output/lora_kernel_b",
]
both = pytest.mark.parametrize("make", [encoder, albert])
only_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow's own files"
)


def array(tensor):
    return np.array(keras.ops.convert_to_numpy(tensor))


def outputs(model, positions=None):
    found = model(ENCODING, positions=positions)
    return [
        array(keras.ops.cast(found[name], "float32"))
        for name in ("sequence_output", "pooled_output")
    ]


def assert_close(found, wanted, atol=1e-6):
    for x, y in zip(found, wanted, strict=True):
        np.testing.assert_allclose(x, y, atol=atol)


def values(model):
    return {w.path: array(w) for w in model.weights}


def move(model, seed=0):
    """Draws all weights, with entries away from zero."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.3, weight.shape))
    return model


def adapted(make=encoder, **arguments):
    network = move(make(**arguments))
    network.enable_lora(RANK, ALPHA)
    return move(network, seed=1)


def summed(weights):
    """Kernels of an adapted encoder plus alpha / r A B, in numpy."""
    plain = {k: w for k, w in weights.items() if "lora" not in k}
    for path, a in weights.items():
        if path.endswith("lora_kernel_a"):
            product = a @ weights[path[:-1] + "b"]
            kernel = path.replace("lora_kernel_a", "kernel")
            plain[kernel] = plain[kernel] + ALPHA / RANK * product
        elif path.endswith("lora_a"):
            b = weights[path[:-1] + "b"]
            kernel = path.replace("lora_a", "kernel")
            count = a.shape[1] // RANK
            pairs = zip(
                np.split(a, count, 1), np.split(b, count, 1), strict=True
            )
            product = np.concatenate([x @ y for x, y in pairs], 1)
            plain[kernel] = plain[kernel] + ALPHA / RANK * product
    return plain


@both
def test_an_adapted_encoder_is_one_of_the_summed_kernels(make):
    network, plain = adapted(make), make()
    wanted = summed(values(network))
    for weight in plain.weights:
        weight.assign(wanted[weight.path])
    assert_close(outputs(network), outputs(plain), 1e-5)
    assert_close(outputs(network, POSITIONS), outputs(plain, POSITIONS), 1e-5)


@both
def test_a_new_adapter_changes_no_output(make):
    network = move(make())
    before = outputs(network), outputs(network, POSITIONS)
    network.enable_lora(RANK)
    after = outputs(network), outputs(network, POSITIONS)
    for x, y in zip(before, after, strict=True):
        assert_close(x, y, atol=0)


def test_every_kernel_of_the_layers_is_adapted_once():
    network, shared = adapted(), adapted(albert)
    assert [w.path for w in network.trainable_weights] == [
        f"transformer_layer_{i}/{name}" for i in range(2) for name in BLOCK
    ]
    assert [w.path for w in shared.trainable_weights] == [
        f"transformer/{name}" for name in BLOCK
    ]


def test_a_gate_and_layers_of_keras_are_adapted():
    gated = layers.EncoderBlock(
        layers.SelfAttention(2), layers.GatedFeedForward(12, "silu")
    )
    paths = [w.path for w in adapted(block=gated).trainable_weights]
    assert "transformer_layer_1/feed_forward/gate/lora_kernel_b" in paths
    network = scaffold(KerasAttention)
    network.enable_lora(RANK)
    paths = [w.path for w in network.trainable_weights]
    assert len(paths) == 8
    assert "of_keras/attention/query/lora_kernel_a" in paths
    move(network)
    before = outputs(network)
    network.merge_lora()
    assert_close(outputs(network), before)


@keras.saving.register_keras_serializable(package="tests")
class KerasAttention(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(name="of_keras", **kwargs)
        self.attention = keras.layers.MultiHeadAttention(
            2, H // 2, name="attention"
        )

    def build(self, shapes):
        self.attention.build(shapes[0], shapes[0])

    def call(self, inputs):
        data, mask = inputs
        return self.attention(data, data, attention_mask=mask > 0)


def scaffold(layer_class):
    embeddings = {
        "vocab_size": 20,
        "type_vocab_size": 2,
        "hidden_size": H,
        "seq_length": S,
        "max_seq_length": S,
        "initializer": "glorot_uniform",
        "dropout_rate": 0.0,
    }
    return networks.EncoderScaffold(
        H, embedding_cfg=embeddings, hidden_cls=layer_class
    )


def test_training_moves_the_adapter_and_the_head_alone():
    network = move(encoder(dropout_rate=0.0))
    classifier = models.BertClassifier(network, 3)
    network.enable_lora(RANK)
    before = values(classifier)
    classifier.compile(
        keras.optimizers.Adam(1e-2),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    # Twice, since the gradient of A is zero while B is.
    classifier.fit(ENCODING, np.arange(B), epochs=2, verbose=0)
    after = values(classifier)
    moved = {path for path in after if (after[path] != before[path]).any()}
    head = {path for path in after if path.startswith("logits/")}
    assert len(head) == 2
    assert moved == head | {
        path for path in after if path.split("/")[-1].count("lora")
    }


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_an_adapter_has_float32_weights_under_a_mixed_policy(dtype, tmp_path):
    network = adapted(dtype=dtype)
    plain = encoder()
    wanted = summed(values(network))
    for weight in plain.weights:
        weight.assign(wanted[weight.path])
    assert {w.dtype for w in network.weights} == {"float32"}
    assert_close(outputs(network), outputs(plain), 0.1)
    network.save_to_preset(tmp_path)
    loaded = values(networks.Encoder.from_preset(tmp_path))
    for path, value in wanted.items():
        np.testing.assert_allclose(loaded[path], value, atol=1e-6)


@both
def test_merging_keeps_the_outputs_and_thaws_what_was_frozen(make):
    plain, network = make(), adapted(make)
    before = outputs(network), outputs(network, POSITIONS)
    network.merge_lora()
    assert_close(outputs(network), before[0])
    assert_close(outputs(network, POSITIONS), before[1])
    assert [w.path for w in network.trainable_weights] == [
        w.path for w in plain.trainable_weights
    ]
    assert [w.path for w in network.weights] == [w.path for w in plain.weights]
    network.enable_lora(RANK)


def test_what_was_frozen_before_stays_frozen():
    network = encoder()
    network.get_embedding_layer().trainable = False
    network.enable_lora(RANK)
    network.merge_lora()
    frozen = [w.path for w in network.weights if not w.trainable]
    assert frozen == ["word_embeddings/embeddings"]


@both
def test_a_saved_adapted_encoder_is_loaded_as_an_ordinary_one(make, tmp_path):
    network = adapted(make)
    network.save(tmp_path / "encoder.keras")
    network.save_weights(tmp_path / "encoder.weights.h5")
    network.save_to_preset(tmp_path / "preset")
    from_weights = make()
    from_weights.load_weights(tmp_path / "encoder.weights.h5")
    for loaded in (
        keras.saving.load_model(tmp_path / "encoder.keras"),
        from_weights,
        networks.Encoder.from_preset(tmp_path / "preset"),
    ):
        assert_close(outputs(loaded), outputs(network))
        assert [w.path for w in loaded.weights] == [
            w.path for w in make().weights
        ]


def test_a_model_on_an_adapted_encoder_is_saved(tmp_path):
    model = models.BertClassifier(adapted(), 3)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        array(loaded(ENCODING)), array(model(ENCODING)), atol=1e-6
    )


def test_loaded_weights_start_a_new_adapter_that_can_learn(tmp_path):
    plain = move(encoder(), seed=2)
    plain.save_weights(tmp_path / "plain.weights.h5")
    network = adapted()
    drawn = values(network)
    network.load_weights(tmp_path / "plain.weights.h5")
    assert_close(outputs(network), outputs(plain))
    for path, value in values(network).items():
        if path.endswith(("lora_a", "lora_kernel_a")):
            np.testing.assert_array_equal(value, drawn[path])
        elif path.endswith(("lora_b", "lora_kernel_b")):
            assert not value.any()


def test_compiled_calls_see_the_adapter():
    network = move(encoder())
    before = network.predict(ENCODING, verbose=0)["sequence_output"]
    network.enable_lora(RANK)
    move(network, seed=1)
    found = network.predict(ENCODING, verbose=0)["sequence_output"]
    np.testing.assert_allclose(found, outputs(network)[0], atol=1e-5)
    assert abs(found - before).max() > 0.1
    network.merge_lora()
    again = network.predict(ENCODING, verbose=0)["sequence_output"]
    np.testing.assert_allclose(again, found, atol=1e-5)


def test_an_adapter_is_read_into_an_encoder_of_another_name(tmp_path):
    path = tmp_path / "task.lora.h5"
    network = adapted(name="first")
    network.save_lora_weights(path)
    with h5py.File(path) as file:
        assert dict(file.attrs) == {"rank": RANK, "alpha": ALPHA}
        value = file["transformer_layer_1/attention/qkv_lora_b"][()]
        assert value.shape == (RANK, 3 * H) and value.dtype == "float32"
    plain = encoder(name="second")
    kept = {k: v for k, v in values(network).items() if "lora" not in k}
    for weight in plain.weights:
        weight.assign(kept[weight.path.replace("second", "first")])
    plain.load_lora_weights(path)
    assert_close(outputs(plain), outputs(network), atol=0)
    move(plain, seed=3)
    plain.load_lora_weights(path)
    found = values(plain)
    for name, value in values(network).items():
        if "lora" in name:
            own = name.replace("first", "second")
            np.testing.assert_array_equal(found[own], value)


@only_tensorflow
def test_an_adapter_may_be_in_remote_storage():
    network = adapted()
    network.save_lora_weights("ram://adapters.lora.h5")
    other = move(encoder(), seed=1)
    other.load_lora_weights("ram://adapters.lora.h5")
    assert other.transformer_layers[0].attention.lora_alpha == ALPHA


def removed(file):
    del file["transformer_layer_0/attention/qkv_lora_a"]


def added(file):
    file["other/lora_b"] = np.zeros((RANK, 3), "float32")


def reshaped(file):
    removed(file)
    file["transformer_layer_0/attention/qkv_lora_a"] = np.zeros(
        (H, RANK), "float32"
    )


def letters(file):
    removed(file)
    file["transformer_layer_0/attention/qkv_lora_a"] = "abc"


def linked(file):
    removed(file)
    file["transformer_layer_0/attention/qkv_lora_a"] = h5py.ExternalLink(
        "/etc/passwd", "/"
    )


def huge(file):
    removed(file)
    file.create_dataset(
        "transformer_layer_0/attention/qkv_lora_a", (10**9, 99), "float32"
    )


def ranked(rank):
    def change(file):
        file.attrs["rank"] = rank

    return change


def unnamed(file):
    del file.attrs["rank"]


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (removed, "without .*layer_0/attention/qkv_lora_a"),
        (added, "with .*other/lora_b"),
        (reshaped, r"shape \(8, 6\).*shape=\(8, 2\)"),
        (letters, "float32 numbers.*qkv_lora_a"),
        (linked, "no links.*qkv_lora_a"),
        (huge, "float32 numbers.*qkv_lora_a"),
        (ranked(3), "rank=3"),
        (ranked(10**9), "rank=10"),
        (ranked("two"), "rank='two'"),
        (ranked([2, 2]), r"rank=\[2, 2\]"),
        (unnamed, "must be whole.*rank"),
    ],
)
def test_a_changed_file_is_refused_and_changes_nothing(
    change, message, new, tmp_path
):
    path = tmp_path / "task.lora.h5"
    adapted().save_lora_weights(path)
    with h5py.File(path, "a") as file:
        change(file)
    network = move(encoder()) if new else adapted()
    before = values(network)
    with pytest.raises(ValueError, match=message) as caught:
        network.load_lora_weights(path)
    assert str(path) in str(caught.value)
    after = values(network)
    assert before.keys() == after.keys()
    assert all((after[name] == x).all() for name, x in before.items())


@pytest.mark.parametrize("size", [0, 100, -1000])
def test_a_cut_file_is_refused(size, tmp_path):
    path = tmp_path / "task.lora.h5"
    adapted().save_lora_weights(path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError, match="must be whole.*task.lora.h5"):
        encoder().load_lora_weights(path)


def test_another_adapter_is_refused(tmp_path):
    path = tmp_path / "task.lora.h5"
    adapted().save_lora_weights(path)
    for rank, alpha in ((3, ALPHA), (RANK, 1)):
        network = encoder()
        network.enable_lora(rank, alpha)
        message = f"'rank': {rank}, 'alpha': {alpha}.*{path}.*'rank': 2"
        with pytest.raises(ValueError, match=message):
            network.load_lora_weights(path)
    for other in encoder(num_layers=3), encoder(hidden_size=4), albert():
        with pytest.raises(ValueError, match=str(path)):
            other.load_lora_weights(path)


def test_a_path_that_is_no_adapter_is_refused(tmp_path):
    network = adapted()
    with pytest.raises(ValueError, match=r"end in .lora.h5.*task.h5"):
        network.save_lora_weights(tmp_path / "task.h5")
    with pytest.raises(ValueError, match=r"end in .lora.h5.*task.h5"):
        network.load_lora_weights(tmp_path / "task.h5")
    with pytest.raises(ValueError, match="must exist.*absent.lora.h5"):
        network.load_lora_weights(tmp_path / "absent.lora.h5")


def test_what_an_encoder_cannot_do_is_named():
    network = encoder(name="plain")
    for call in (
        network.merge_lora,
        lambda: network.save_lora_weights("task.lora.h5"),
    ):
        with pytest.raises(ValueError, match="adapted.*'plain'"):
            call()
    with pytest.raises(ValueError, match="rank=0"):
        network.enable_lora(0)
    assert all(w.trainable for w in network.weights)
    with pytest.raises(ValueError, match="lora_alpha='8'"):
        network.enable_lora(8, "8")
    network.enable_lora(1)
    with pytest.raises(ValueError, match="only once.*6 layers.*attention"):
        network.enable_lora(1)
    with pytest.raises(ValueError, match="Received: 0 layers"):
        scaffold(OwnLayer).enable_lora(1)


def test_the_example_runs():
    example = doctest.DocTestParser().get_doctest(
        inspect.getdoc(networks.Encoder.enable_lora),
        {"networks": networks, "np": np},
        "enable_lora",
        None,
        None,
    )
    assert doctest.DocTestRunner().run(example) == (0, 3)
