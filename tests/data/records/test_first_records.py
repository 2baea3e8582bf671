"""first_records and first_batch read the beginning of files."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data
from nlp_modeling.data.records.first_records import first_records


@pytest.fixture
def files(tmp_path):
    """Writes two files of 200 and 100 records. Record i has the word i."""
    paths = [str(tmp_path / f"{name}.tfrecord") for name in "ab"]
    words = np.split(np.arange(300), [200])
    for path, numbers in zip(paths, words, strict=True):
        with tf.io.TFRecordWriter(path) as writer:
            columns = {"input_word_ids": numbers[:, np.newaxis]}
            features = (data.features.INPUT_WORD_IDS,)
            for record in data.encode_examples(features, columns):
                writer.write(record)
    return paths


@pytest.mark.parametrize("count", [1, 128, 129, 250, 1000])
def test_records_come_in_order_with_their_places(files, count):
    rows = first_records(files, count)
    places = [(0, i) for i in range(200)] + [(1, i) for i in range(100)]
    found = zip(rows["file"].numpy(), rows["index"].numpy(), strict=True)
    assert list(found) == places[:count]
    words = data.first_batch(
        files,
        (data.features.INPUT_WORD_IDS,),
        sequence_length=4,
        batch_size=count,
    )["input_word_ids"]
    expected = np.arange(min(count, 300))
    np.testing.assert_array_equal(words[:, 0], expected)
    np.testing.assert_array_equal(words[:, 1:], 0 * words[:, 1:])


def test_a_damaged_record_is_named(files):
    with open(files[0], "r+b") as file:
        file.seek(-3, 2)
        file.truncate()
    with pytest.raises(tf.errors.InvalidArgumentError, match="record=199"):
        first_records(files, 1000)
    assert len(first_records(files, 100)["record"]) == 100


def test_an_example_that_is_too_long_is_named(files):
    with pytest.raises(tf.errors.InvalidArgumentError, match="record=0"):
        data.first_batch(
            files, (data.features.INPUT_WORD_IDS,), sequence_length=0
        )


def test_no_file_is_refused():
    with pytest.raises(ValueError, match="files=\\[\\]"):
        first_records([], 1)
