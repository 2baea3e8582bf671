"""What an encoder cannot be restored from is named."""

import pathlib

import numpy as np
import pytest

from nlp_modeling import checkpoints
from tests import exactness
from tests.checkpoints.test_named_encoders import (
    assert_equal,
    only_tensorflow,
    written_by_a_run,
)
from tests.conformance.cases import encoder

pytestmark = only_tensorflow


def refused(source):
    with pytest.raises(ValueError) as caught:
        checkpoints.restore_encoder(encoder(), source)
    assert str(source) in str(caught.value)
    return str(caught.value)


def test_a_checkpoint_is_found_by_its_index_too(tmp_path):
    source, target = encoder(), encoder()
    path = written_by_a_run(tmp_path, source)
    checkpoints.restore_encoder(target, f"{path}.index")
    assert_equal(target, source)


def test_a_checkpoint_written_for_model_garden_is_read(tmp_path):
    source, target = encoder(), encoder()
    checkpoints.save_to_model_garden(source, tmp_path / "bert")
    found = checkpoints.restore_encoder(target, tmp_path / "bert")
    assert found == "a Model Garden checkpoint"
    assert_equal(target, source)
    source.enable_lora(2)
    with pytest.raises(ValueError, match="lora"):
        checkpoints.save_to_model_garden(source, tmp_path / "lora")


@pytest.mark.parametrize("begin", ["ram://", "file://"])
def test_a_checkpoint_is_read_from_remote_storage(tmp_path, begin):
    source, target = encoder(), encoder()
    path = written_by_a_run(f"{begin}{tmp_path}", source)
    checkpoints.restore_encoder(target, path)
    assert_equal(target, source)
    again = encoder()
    checkpoints.restore_from_run(again, f"{begin}{tmp_path}")
    assert_equal(again, source)


@pytest.mark.parametrize("part", ["index", "data-00000-of-00001"])
@pytest.mark.parametrize("size", [0, 100, -1000, -1])
def test_a_cut_checkpoint_is_named(tmp_path, part, size):
    path = written_by_a_run(tmp_path, encoder())
    file = pathlib.Path(f"{path}.{part}")
    file.write_bytes(file.read_bytes()[:size])
    assert "damaged" in refused(path)


def test_a_checkpoint_without_its_data_is_named(tmp_path):
    path = written_by_a_run(tmp_path, encoder())
    pathlib.Path(f"{path}.data-00000-of-00001").unlink()
    assert "damaged" in refused(path)


def test_a_checkpoint_of_tensorflow_1_is_named(tmp_path):
    import tensorflow as tf

    path = str(tmp_path / "bert_model.ckpt")
    name = "bert/embeddings/word_embeddings"
    tf.raw_ops.SaveV2(
        prefix=path,
        tensor_names=[name, "global_step"],
        shape_and_slices=["", ""],
        tensors=[np.zeros([4, 2], "float32"), np.int64(1)],
    )
    said = refused(path)
    assert name in said and "TensorFlow 1" in said


def test_weights_that_do_not_fit_are_named_with_their_source(tmp_path):
    import tensorflow as tf

    path = tf.train.Checkpoint(x=tf.Variable(1.0)).write(str(tmp_path / "x"))
    assert "no weight for" in refused(path)
    exactness.encoder().save_to_preset(tmp_path / "preset")
    assert "must be of shape" in refused(tmp_path / "preset")


@pytest.mark.parametrize("source", ["nowhere", "", "file:///nowhere"])
def test_what_is_no_source_is_named(source):
    assert "must come from" in refused(source)
