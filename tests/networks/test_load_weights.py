"""A file of weights is of the model and whole, or named."""

import h5py
import numpy as np
import pytest

from nlp_modeling import models, networks


def encoder(**arguments):
    sizes = {"vocab_size": 20, "hidden_size": 8, "num_layers": 1}
    return networks.TransformerEncoder(
        **(sizes | arguments),
        num_attention_heads=2,
        sequence_length=None,
        max_sequence_length=8,
        intermediate_size=8,
    )


@pytest.fixture
def file(tmp_path):
    encoder().save_to_preset(tmp_path / "preset")
    return tmp_path / "preset" / "model.weights.h5"


def refused(file):
    with pytest.raises(ValueError) as caught:
        networks.Encoder.from_preset(file.parent)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: encoder(hidden_size=4), "without word_embeddings"),
        (lambda: encoder(vocab_size=21), "without word_embeddings"),
        # Keras alone would leave out the second layer.
        (lambda: encoder(num_layers=2), "of 31 weights for 19, with "),
        (lambda: models.BertClassifier(encoder(), 3), "classification"),
    ],
)
def test_the_weights_of_another_model_are_refused(file, make, message):
    make().save_weights(file)
    assert message in refused(file)


@pytest.mark.parametrize("size", [0, 10, 2000, -1])
def test_a_cut_file_is_refused(file, size):
    file.write_bytes(file.read_bytes()[:size])
    assert "must be whole" in refused(file)


def test_an_absent_file_and_a_folder_are_refused(file):
    file.unlink()
    assert "must exist" in refused(file)
    file.mkdir()
    assert "must exist" in refused(file)


def test_damaged_structure_is_refused(file):
    whole = file.read_bytes()
    draw = np.random.default_rng(0)
    for _ in range(10):
        damaged = bytearray(whole)
        for place in draw.integers(0, len(whole), 200):
            damaged[place] = draw.integers(256)
        file.write_bytes(damaged)
        refused(file)


def test_a_weight_of_letters_is_refused(file):
    with h5py.File(file, "a") as content:
        name = "layers/on_device_embedding/vars/0"
        shape = content[name].shape
        del content[name]
        content[name] = np.full(shape, b"x")
    assert "must be numbers" in refused(file)


def test_the_state_of_an_optimizer_is_left_out(tmp_path):
    model = models.BertClassifier(encoder(), 3)
    model.compile("adam", "mse", metrics=["accuracy"])
    row = np.ones([1, 4], "int32")
    model.fit([row] * 3, np.ones([1, 3]), verbose=0)
    model.save_to_preset(tmp_path)
    again = models.BertClassifier.from_preset(tmp_path)
    for weight, expected in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(weight, expected, weight.path)
