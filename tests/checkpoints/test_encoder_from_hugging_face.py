"""A folder of Hugging Face is read as its model is, or named."""

import json

import ml_dtypes
import numpy as np
import pytest

from nlp_modeling import checkpoints, files
from nlp_modeling.checkpoints import encoder_from_hugging_face

safetensors = pytest.importorskip("safetensors.numpy")

CONFIG = {
    "model_type": "bert",
    "vocab_size": 20,
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "max_position_embeddings": 16,
    "type_vocab_size": 2,
}
LAYER = "bert.encoder.layer.0."
SHAPES = {
    "bert.embeddings.word_embeddings.weight": (20, 8),
    "bert.embeddings.position_embeddings.weight": (16, 8),
    "bert.embeddings.token_type_embeddings.weight": (2, 8),
    "bert.embeddings.LayerNorm.weight": (8,),
    "bert.embeddings.LayerNorm.bias": (8,),
    **{
        f"{LAYER}attention.{part}.{kind}": shape
        for part in ("self.query", "self.key", "self.value", "output.dense")
        for kind, shape in (("weight", (8, 8)), ("bias", (8,)))
    },
    f"{LAYER}attention.output.LayerNorm.weight": (8,),
    f"{LAYER}attention.output.LayerNorm.bias": (8,),
    f"{LAYER}intermediate.dense.weight": (12, 8),
    f"{LAYER}intermediate.dense.bias": (12,),
    f"{LAYER}output.dense.weight": (8, 12),
    f"{LAYER}output.dense.bias": (8,),
    f"{LAYER}output.LayerNorm.weight": (8,),
    f"{LAYER}output.LayerNorm.bias": (8,),
    "bert.pooler.dense.weight": (8, 8),
    "bert.pooler.dense.bias": (8,),
}


def weights():
    draw = np.random.default_rng(0)
    return {
        name: draw.normal(size=shape).astype("float32")
        for name, shape in SHAPES.items()
    }


def write(folder, config=None, **changes):
    """Writes a folder with the changes of its configuration."""
    config = {**CONFIG, **changes} if config is None else config
    (folder / "config.json").write_text(json.dumps(config))
    safetensors.save_file(weights(), folder / "model.safetensors")


def write_shards(folder, count=3):
    """Writes the weights in shards, as Hugging Face does with large models."""
    write(folder)
    (folder / "model.safetensors").unlink()
    found, names = weights(), sorted(SHAPES)
    places = {}
    for index in range(count):
        shard = f"model-{index + 1:05}-of-{count:05}.safetensors"
        part = {name: found[name] for name in names[index::count]}
        safetensors.save_file(part, folder / shard)
        places |= dict.fromkeys(part, shard)
    index = {"metadata": {"total_size": 1}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return index


def assert_has_the_weights(encoder):
    found = dict(encoder.weights_by_path())
    expected = weights()
    for ours, theirs in {
        "word_embeddings/embeddings": "bert.embeddings.word_embeddings.weight",
        "transformer_layer_0/output_norm/beta": f"{LAYER}output.LayerNorm.bias",
    }.items():
        np.testing.assert_array_equal(found[ours], expected[theirs])
    np.testing.assert_array_equal(
        found["pooler_transform/kernel"], expected["bert.pooler.dense.weight"].T
    )


def refused(folder):
    with pytest.raises(ValueError) as caught:
        checkpoints.load_encoder(folder)
    assert str(folder) in str(caught.value)
    return str(caught.value)


def test_shards_are_one_model(tmp_path):
    write_shards(tmp_path)
    assert_has_the_weights(checkpoints.load_encoder(tmp_path))


def test_shards_that_do_not_fit_their_index_are_named(tmp_path):
    index = write_shards(tmp_path)
    path = tmp_path / "model.safetensors.index.json"
    name = min(SHAPES)
    path.write_text(json.dumps({"weight_map": {name: "absent.safetensors"}}))
    assert "absent.safetensors" in refused(tmp_path)
    del index["weight_map"][name]
    path.write_text(json.dumps(index))
    assert name in refused(tmp_path)
    for outside in ("../model.safetensors", "/tmp/model.safetensors"):
        path.write_text(json.dumps({"weight_map": {name: outside}}))
        assert "beside its index" in refused(tmp_path)
    for form in ([], {}, {"weight_map": [name]}, {"weight_map": {name: 1}}):
        path.write_text(json.dumps(form))
        assert "index.json" in refused(tmp_path)


@pytest.mark.parametrize("size", [0, 4, 100, 1000, -1])
def test_a_cut_file_is_named(tmp_path, size):
    write(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:size])
    assert f"must be whole. Received: {path}" in refused(tmp_path)


def test_a_pointer_of_git_is_no_weights(tmp_path):
    write(tmp_path)
    (tmp_path / "model.safetensors").write_text(
        "version https://git-lfs.github.com/spec/v1\nsize 440449768\n"
    )
    assert "git lfs pull" in refused(tmp_path)


def test_an_absent_file_and_a_folder_are_named(tmp_path):
    write(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    assert "without either" in refused(tmp_path)
    (tmp_path / "model.safetensors").mkdir()
    assert "must exist" in refused(tmp_path)
    (tmp_path / "config.json").unlink()
    assert "config.json" in refused(tmp_path)
    with pytest.raises(ValueError, match="config.json"):
        encoder_from_hugging_face(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model_type", "camembert"),
        ("hidden_act", "mish"),
        ("layer_norm_eps", -1.0),
        ("position_embedding_type", "relative_key"),
        ("is_decoder", True),
        ("hidden_size", "x"),
        ("hidden_size", 9),
        ("num_hidden_layers", 10**9),
        ("num_hidden_layers", 2),
        ("num_hidden_layers", None),
        ("hidden_dropout_prob", 7),
        ("vocab_size", 21),
    ],
)
def test_a_configuration_of_another_kind_is_named(tmp_path, key, value):
    write(tmp_path, **{key: value})
    said = refused(tmp_path)
    ours = {
        "hidden_dropout_prob": "rate=7",
        "vocab_size": "word_embeddings",
        "layer_norm_eps": "norm_epsilon=-1",
    }
    assert key in said or ours.get(key, key) in said


@pytest.mark.parametrize("text", ["[]", "{", "", '"bert"', "null"])
def test_a_configuration_of_another_form_is_named(tmp_path, text):
    write(tmp_path)
    (tmp_path / "config.json").write_text(text)
    assert "config.json" in refused(tmp_path)


def test_absent_keys_have_hugging_faces_defaults(tmp_path):
    without = dict(CONFIG)
    for key in ("hidden_act", "hidden_dropout_prob", "type_vocab_size"):
        del without[key]
    write(tmp_path, {**without, "more": 1})
    (tmp_path / "config.json").write_text(
        (tmp_path / "config.json").read_text(), encoding="utf-8-sig"
    )
    assert_has_the_weights(checkpoints.load_encoder(tmp_path))


@pytest.mark.parametrize("dtype", ["float16", ml_dtypes.bfloat16])
def test_half_precision_is_read(tmp_path, dtype):
    write(tmp_path)
    half = {name: value.astype(dtype) for name, value in weights().items()}
    safetensors.save_file(half, tmp_path / "model.safetensors")
    encoder = checkpoints.load_encoder(tmp_path)
    table = dict(encoder.weights_by_path())["word_embeddings/embeddings"]
    expected = half["bert.embeddings.word_embeddings.weight"].astype("float32")
    np.testing.assert_array_equal(table, expected)


def test_quantized_weights_are_refused(tmp_path):
    write(tmp_path)
    name = f"{LAYER}intermediate.dense.weight"
    found = weights() | {name: np.ones([12, 8], "int8")}
    safetensors.save_file(found, tmp_path / "model.safetensors")
    assert "int8" in refused(tmp_path)


def test_remote_storage_is_read(tmp_path):
    tf = pytest.importorskip("tensorflow")
    write_shards(tmp_path)
    files.make_folder("ram://hugging_face/bert")
    for path in tmp_path.iterdir():
        tf.io.gfile.copy(str(path), f"ram://hugging_face/bert/{path.name}")
    for folder in ("ram://hugging_face/bert", f"file://{tmp_path}"):
        assert_has_the_weights(encoder_from_hugging_face(folder))
