"""Weights reach an encoder whatever its name and the source's encoder's."""

import keras
import numpy as np
import pytest

from nlp_modeling import checkpoints
from nlp_modeling.checkpoints import assign_weights
from tests.checkpoints.test_assign_weights import source_of
from tests.conformance.cases import encoder

only_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow's checkpoints"
)


def assert_equal(encoder, other):
    for x, y in zip(encoder.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)


def written_by_a_run(folder, *models):
    """Writes weights by path, as training's checkpoints do."""
    import tensorflow as tf

    weights = {w.path: w.value for model in models for w in model.weights}
    return tf.train.Checkpoint(model=weights).write(f"{folder}/run")


def test_weights_of_another_system_reach_a_named_encoder():
    source, target = encoder(), encoder(name="generator")
    assign_weights.assign_weights(target.weights_by_path(), source_of(source))
    assert_equal(target, source)


def test_a_preset_reaches_a_named_encoder(tmp_path):
    source, target = encoder(name="teacher"), encoder(name="generator")
    source.save_to_preset(tmp_path)
    checkpoints.restore_encoder(target, tmp_path)
    assert_equal(target, source)


@only_tensorflow
@pytest.mark.parametrize("source", [None, "generator", "teacher"])
@pytest.mark.parametrize("target", [None, "generator"])
def test_a_runs_checkpoint_reaches_an_encoder(source, target, tmp_path):
    source, target = encoder(name=source), encoder(name=target)
    path = written_by_a_run(tmp_path, source)
    assert checkpoints.is_of_a_run(path)
    assert checkpoints.restore_encoder(target, path) == "a run's checkpoint"
    assert_equal(target, source)


@only_tensorflow
def test_a_name_chooses_among_a_runs_encoders(tmp_path):
    small, large = encoder(name="generator"), encoder(name="discriminator")
    path = written_by_a_run(tmp_path, small, large)
    target = encoder(name="discriminator")
    checkpoints.restore_from_run(target, path)
    assert_equal(target, large)
    with pytest.raises(ValueError, match="'discriminator', 'generator'"):
        checkpoints.restore_from_run(encoder(name="teacher"), path)
