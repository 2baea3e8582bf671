"""Every example counts exactly once, on any number of replicas."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data

FEATURES = data.features.MASKED_LM
COUNT = 29


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Writes 29 examples. Example i holds the word i + 1, masked."""
    tmp_path = tmp_path_factory.mktemp("file")
    ids = np.arange(1, COUNT + 1)[:, np.newaxis]
    arrays = {feature.name: 0 * ids for feature in FEATURES}
    arrays |= {"input_word_ids": ids, "input_mask": 0 * ids + 1}
    arrays["masked_lm_weights"] = np.ones([COUNT, 1])
    path = str(tmp_path / "a.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for record in data.encode_examples(FEATURES, arrays):
            writer.write(record)
    return path


def batches(file, context=None, batch_size=8):
    dataset = data.evaluation_batches(
        file,
        FEATURES,
        batch_size,
        sequence_length=4,
        max_predictions=2,
        input_context=context,
    )
    return list(dataset.as_numpy_iterator())


@pytest.fixture(scope="module")
def alone(file):
    """Reads the batches of a single replica, once for all tests."""
    return batches(file)


def counted(batches):
    """Lists the words of the rows whose weight is 1."""
    words = np.concatenate([batch["input_word_ids"][:, 0] for batch in batches])
    weights = np.concatenate([batch["example_weights"] for batch in batches])
    assert set(weights) <= {0.0, 1.0}
    return words[weights == 1].tolist()


def test_every_example_counts_once_and_in_order(alone):
    assert counted(alone) == list(range(1, COUNT + 1))


@pytest.mark.parametrize("pipelines,replicas", [(1, 2), (2, 4)])
def test_every_example_counts_once_on_replicas(file, pipelines, replicas):
    parts = [
        batches(file, tf.distribute.InputContext(pipelines, i, replicas))
        for i in range(pipelines)
    ]
    # 4 steps of 8 rows for 29 examples, and as many steps on every replica.
    assert {len(part) for part in parts} == {4 * replicas // pipelines}
    assert {len(b["example_weights"]) for part in parts for b in part} == {
        8 // replicas
    }
    found = sorted(sum(map(counted, parts), []))
    assert found == list(range(1, COUNT + 1))


def test_masked_tokens_of_filling_rows_have_no_weight(alone):
    total = sum(batch["masked_lm_weights"].sum() for batch in alone)
    assert total == COUNT


def test_predictions_are_padded_without_weight(alone):
    np.testing.assert_array_equal(alone[0]["masked_lm_weights"], [[1, 0]] * 8)
