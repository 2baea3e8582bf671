"""StartEndPacker frames and pads a sequence."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text

IDS = tf.ragged.constant([[7, 8, 9], [7], []], dtype=tf.int64)


@pytest.mark.parametrize(
    "arguments, packed",
    [
        ((5, 1, 2), [[1, 7, 8, 9, 2], [1, 7, 2, 0, 0], [1, 2, 0, 0, 0]]),
        ((4, 1, 2), [[1, 7, 8, 2], [1, 7, 2, 0], [1, 2, 0, 0]]),
        ((4, 1), [[1, 7, 8, 9], [1, 7, 0, 0], [1, 0, 0, 0]]),
        ((4, None, 2, 5), [[7, 8, 9, 2], [7, 2, 5, 5], [2, 5, 5, 5]]),
        ((2,), [[7, 8], [7, 0], [0, 0]]),
    ],
)
def test_packs(arguments, packed):
    ids = text.StartEndPacker(*arguments)(IDS)
    assert ids.dtype == tf.int32
    np.testing.assert_array_equal(ids, packed)


def test_tf_data_gives_the_same():
    packer = text.StartEndPacker(4, 1, 2)
    batches = tf.data.Dataset.from_tensors(IDS).map(packer)
    np.testing.assert_array_equal(next(iter(batches)), packer(IDS))


def test_a_config_is_enough_to_make_it_again():
    packer = text.StartEndPacker(4, 1, 2, 5)
    again = text.StartEndPacker.from_config(packer.get_config())
    np.testing.assert_array_equal(again(IDS), packer(IDS))


def test_no_place_for_a_token_is_refused():
    with pytest.raises(ValueError, match="sequence_length=2"):
        text.StartEndPacker(2, 1, 2)


def test_a_functional_model_takes_strings():
    tokenizer = text.BertTokenizer("[PAD] [UNK] [CLS] [SEP] [MASK] a b".split())
    strings = keras.Input([], dtype="string")
    packed = text.StartEndPacker(4, start_id=2)(tokenizer(strings))
    model = keras.Model(strings, packed)
    found = model(tf.constant(["a b", "b b b b"])).numpy().tolist()
    assert found == [[2, 5, 6, 0], [2, 6, 6, 6]]


def test_one_string_is_packed_without_a_batch():
    packer = text.StartEndPacker(4, 1, 2)
    assert packer(tf.constant([7, 8, 9])).numpy().tolist() == [1, 7, 8, 2]
    assert packer([[7], [8]]).numpy().tolist() == [[1, 7, 2, 0], [1, 8, 2, 0]]
