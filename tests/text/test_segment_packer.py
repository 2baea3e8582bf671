"""SegmentPacker lays out one or two segments as BERT reads them."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text

CLS, SEP = 2, 3  # in the vocabulary of conftest


def segment(*rows):
    return tf.ragged.constant(rows, dtype=tf.int32)


def test_one_segment(tokenizer):
    packed = text.SegmentPacker(6, tokenizer)(segment([7, 8], []))
    words = [[CLS, 7, 8, SEP, 0, 0], [CLS, SEP, 0, 0, 0, 0]]
    np.testing.assert_array_equal(packed["input_word_ids"], words)
    mask = [[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 0]]
    np.testing.assert_array_equal(packed["input_mask"], mask)
    np.testing.assert_array_equal(packed["input_type_ids"], np.zeros((2, 6)))
    assert {values.dtype for values in packed.values()} == {tf.int32}


def test_two_segments(tokenizer):
    packed = text.SegmentPacker(8, tokenizer)([segment([7, 8]), segment([9])])
    words = [[CLS, 7, 8, SEP, 9, SEP, 0, 0]]
    np.testing.assert_array_equal(packed["input_word_ids"], words)
    np.testing.assert_array_equal(packed["input_mask"], [[1] * 6 + [0] * 2])
    types = [[0, 0, 0, 0, 1, 1, 0, 0]]
    np.testing.assert_array_equal(packed["input_type_ids"], types)


def test_ragged_sequences_keep_their_length(tokenizer):
    packer = text.SegmentPacker(8, tokenizer, ragged=True)
    packed = packer([segment([7, 8], []), segment([9], [])])
    words = [[CLS, 7, 8, SEP, 9, SEP], [CLS, SEP, SEP]]
    assert packed["input_word_ids"].to_list() == words
    assert packed["input_mask"].to_list() == [[1] * 6, [1] * 3]
    assert packed["input_type_ids"].to_list() == [[0, 0, 0, 0, 1, 1], [0, 0, 1]]


def test_padding_is_the_tokenizers():
    tokenizer = text.BertTokenizer(
        ["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "a"]
    )
    packed = text.SegmentPacker(5, tokenizer)(segment([3]))
    np.testing.assert_array_equal(packed["input_word_ids"], [[0, 3, 1, 4, 4]])


def shrunk(a, b, places):
    """google-research/bert's `_truncate_seq_pair`, but for its lists."""
    while a + b > places:
        if a > b:
            a -= 1
        else:
            b -= 1
    return a, b


def test_longest_first_takes_from_the_longer_each_time(tokenizer):
    lengths = [(a, b) for a in range(12) for b in range(12)]
    a = tf.ragged.constant([[10] * a for a, _ in lengths], dtype=tf.int32)
    b = tf.ragged.constant([[11] * b for _, b in lengths], dtype=tf.int32)
    words = text.SegmentPacker(10, tokenizer)([a, b])["input_word_ids"].numpy()
    left = np.stack([(words == 10).sum(1), (words == 11).sum(1)], axis=1)
    np.testing.assert_array_equal(left, [shrunk(*pair, 7) for pair in lengths])


@pytest.mark.parametrize(
    "lengths, left", [((9, 9), (4, 3)), ((9, 1), (4, 1)), ((1, 9), (1, 3))]
)
def test_per_segment_gives_each_its_share(tokenizer, lengths, left):
    packer = text.SegmentPacker(10, tokenizer, truncation="per_segment")
    a, b = [[i] * n for i, n in zip((10, 11), lengths, strict=True)]
    words = packer([segment(a), segment(b)])["input_word_ids"].numpy()
    assert ((words == 10).sum(), (words == 11).sum()) == left


def test_what_is_cut_is_the_end(tokenizer):
    packed = text.SegmentPacker(5, tokenizer)(segment([7, 8, 9, 10]))
    words = [[CLS, 7, 8, 9, SEP]]
    np.testing.assert_array_equal(packed["input_word_ids"], words)


def test_tf_data_gives_the_same_and_knows_the_shape(tokenizer):
    packer = text.SegmentPacker(8, tokenizer)
    strings = (["the cat sat", "a"], ["on the mat", "unaffable cats"])
    batches = tf.data.Dataset.from_tensors(strings)
    batches = batches.map(lambda a, b: packer([tokenizer(a), tokenizer(b)]))
    assert batches.element_spec["input_word_ids"].shape == (2, 8)
    eager = packer([tokenizer(list(s)) for s in strings])
    for name, values in next(iter(batches)).items():
        np.testing.assert_array_equal(values, eager[name])


def test_a_config_is_enough_to_make_it_again(tokenizer):
    packer = text.SegmentPacker(8, tokenizer, "per_segment", ragged=True)
    config = json.dumps(keras.saving.serialize_keras_object(packer))
    again = keras.saving.deserialize_keras_object(json.loads(config))
    segments = [segment([7] * 9), segment([8] * 9)]
    words = [p(segments)["input_word_ids"].to_list() for p in (packer, again)]
    assert words[0] == words[1]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"sequence_length": 4}, "sequence_length=4"),
        ({"truncation": "shortest"}, "truncation='shortest'"),
    ],
)
def test_bad_arguments_are_refused(tokenizer, arguments, message):
    arguments = {"sequence_length": 8, **arguments}
    with pytest.raises(ValueError, match=message):
        text.SegmentPacker(tokenizer=tokenizer, **arguments)


def test_three_segments_are_refused(tokenizer):
    with pytest.raises(ValueError, match="one or two segments"):
        text.SegmentPacker(8, tokenizer)([segment([7])] * 3)


def test_a_functional_model_takes_strings(tmp_path):
    tokenizer = text.BertTokenizer("[PAD] [UNK] [CLS] [SEP] [MASK] a b".split())
    packer = text.SegmentPacker(6, tokenizer)
    first, second = (keras.Input([], dtype="string") for _ in range(2))
    packed = packer([tokenizer(first), tokenizer(second)])
    model = keras.Model([first, second], packed)
    assert packed["input_word_ids"].shape == (None, 6)
    model.save(tmp_path / "model.keras")
    strings = [tf.constant(["a", "b b b"]), tf.constant(["b", "a"])]
    for each in (model, keras.models.load_model(tmp_path / "model.keras")):
        assert each(strings)["input_word_ids"].numpy().tolist() == [
            [2, 5, 3, 6, 3, 0],
            [2, 6, 6, 3, 5, 3],
        ]


def test_one_string_is_packed_without_a_batch(tokenizer):
    for ragged in (False, True):
        packer = text.SegmentPacker(8, tokenizer, ragged=ragged)
        one, pair = tokenizer("the cat"), tokenizer("sat")
        together = packer([tokenizer(["the cat"]), tokenizer(["sat"])])
        for name, values in packer([one, pair]).items():
            assert values.numpy().tolist() == together[name][0].numpy().tolist()
        expected = packer(tokenizer(["the cat"]))
        for name, values in packer(one).items():
            assert values.numpy().tolist() == expected[name][0].numpy().tolist()


def test_a_batch_of_one_length_need_not_be_ragged(tokenizer):
    packer = text.SegmentPacker(6, tokenizer)
    ids = [[7, 8], [9, 7]]
    expected = packer(tf.ragged.constant(ids))["input_word_ids"].numpy()
    found = packer(tf.constant(ids))["input_word_ids"].numpy()
    assert found.tolist() == expected.tolist()


def test_a_string_and_a_batch_are_no_pair(tokenizer):
    with pytest.raises(ValueError, match="one string or of a batch"):
        text.SegmentPacker(8, tokenizer)([segment([7]), tf.constant([7])])
    with pytest.raises(ValueError, match=r"shape=\(\)"):
        text.SegmentPacker(8, tokenizer)(tf.constant(7))
