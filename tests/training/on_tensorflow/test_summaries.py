"""Summaries writes what TensorBoard reads."""

import tensorflow as tf

from nlp_modeling.training.on_tensorflow.summaries import Summaries


def test_tensorboard_gets_the_numbers(tmp_path):
    summaries = Summaries(str(tmp_path))
    for step, loss in ((5, 2.5), (10, 5.0)):
        summaries.write(step, "train", {"loss": loss})
    (file,) = (tmp_path / "summaries" / "train").iterdir()
    found = {}
    for record in tf.data.TFRecordDataset(str(file)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            found[event.step, value.tag] = float(tf.make_ndarray(value.tensor))
    assert found == {(5, "loss"): 2.5, (10, "loss"): 5.0}
