"""encode_examples writes what TensorFlow's own messages read."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data

INT = data.features.Feature("ids", "S", name_on_disk="ids_on_disk")
FLOAT = data.features.Feature("scores", "S", "float32")


def decode(record):
    return tf.train.Example.FromString(record).features.feature


def test_names_on_disk_are_those_of_googles_files():
    arrays = {f.name: np.ones([1, 2]) for f in data.features.PRETRAINING}
    (record,) = data.encode_examples(data.features.PRETRAINING, arrays)
    assert set(decode(record)) == {
        "input_ids",
        "input_mask",
        "segment_ids",
        "masked_lm_positions",
        "masked_lm_ids",
        "masked_lm_weights",
        "next_sentence_labels",
    }


@pytest.mark.parametrize(
    "numbers",
    [
        [0, 1, 127],
        [128, 16383, 16384, 30521],
        [2**31 - 1, 2**31, 2**62],
        [-1, -(2**63), 5],
    ],
)
def test_every_size_of_integer_is_kept(numbers):
    (record,) = data.encode_examples([INT], {"ids": np.array([numbers])})
    assert list(decode(record)["ids_on_disk"].int64_list.value) == numbers


def test_rows_of_any_length_are_kept():
    rng = np.random.default_rng(0)
    rows = [rng.integers(0, 40_000, size) for size in (3, 0, 200, 1)]
    scores = [rng.normal(size=row.size).astype(np.float32) for row in rows]
    arrays = {"ids": rows, "scores": scores}
    records = data.encode_examples([INT, FLOAT], arrays)
    for record, row, score in zip(records, rows, scores, strict=True):
        feature = decode(record)
        assert list(feature["ids_on_disk"].int64_list.value) == row.tolist()
        assert list(feature["scores"].float_list.value) == score.tolist()


def test_no_rows_give_no_records():
    assert data.encode_examples([INT], {"ids": np.zeros([0, 4], int)}) == []


@pytest.mark.parametrize(
    "arrays,message",
    [
        ({"ids": np.ones(2)}, "missing=.'scores'."),
        ({"ids": np.ones(2), "scores": np.ones(3)}, "'ids': 2, 'scores': 3"),
    ],
)
def test_unfit_arrays_are_named(arrays, message):
    with pytest.raises(ValueError, match=message):
        data.encode_examples([INT, FLOAT], arrays)
