"""spread_batches: no tuner to wait for where one device reads."""

import pytest
import tensorflow as tf

from nlp_modeling import data
from nlp_modeling.training.on_tensorflow.spread_batches import spread_batches


@pytest.fixture
def batches(tmp_path):
    path = str(tmp_path / "ids.tfrecord")
    ids = tf.train.Feature(int64_list=tf.train.Int64List(value=[1, 2]))
    example = tf.train.Example(
        features=tf.train.Features(feature={"input_ids": ids})
    )
    with tf.io.TFRecordWriter(path) as writer:
        writer.write(example.SerializeToString())
    return lambda context: data.evaluation_batches(
        path,
        (data.features.INPUT_WORD_IDS,),
        1,
        sequence_length=2,
        input_context=context,
    )


@pytest.mark.parametrize(
    "strategy",
    (
        tf.distribute.get_strategy,
        lambda: tf.distribute.OneDeviceStrategy("/cpu:0"),
    ),
    ids=("off", "one_device"),
)
def test_one_device_reads_without_a_tuner(batches, strategy):
    with strategy().scope():
        spread = spread_batches(batches)
    assert isinstance(spread, tf.data.Dataset)
    assert spread.options().autotune.enabled is False
    (only,) = spread
    assert only["input_word_ids"].numpy().tolist() == [[1, 2]]
