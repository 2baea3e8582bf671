"""Masks drawn when read depend on seed, epoch and example alone."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, text

WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
COUNT = 60


@pytest.fixture(scope="module")
def masking():
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    tokenizer = text.BertTokenizer(vocabulary)
    return text.MaskedLMMaskGenerator(tokenizer, max_predictions=5)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Writes 60 examples of [CLS], 6 to 28 words and [SEP].

    The first word of an example is its number.
    """
    rng = np.random.default_rng(0)
    rows = [
        np.array([2, 5 + i, *rng.integers(5, 105, rng.integers(5, 28)), 3])
        for i in range(COUNT)
    ]
    path = str(tmp_path_factory.mktemp("data") / "a.tfrecord")
    arrays = {
        "input_word_ids": rows,
        "input_type_ids": [0 * row for row in rows],
        "next_sentence_labels": np.arange(COUNT) % 2,
    }
    with tf.io.TFRecordWriter(path) as writer:
        for record in data.encode_examples(data.features.UNMASKED, arrays):
            writer.write(record)
    return path


def batches(file, masking, count, batch_size=12, **kwargs):
    dataset = data.training_batches(
        file,
        data.features.UNMASKED,
        batch_size,
        sequence_length=32,
        max_predictions=5,
        masking=masking,
        **kwargs,
    )
    return list(dataset.take(count).as_numpy_iterator())


@pytest.fixture(scope="module")
def whole(file, masking):
    """Reads the first 12 batches, of 2.4 epochs, once for all tests."""
    return batches(file, masking, 12)


def by_example(batches):
    """Maps each example, which its first word names, to its masks."""
    found = {}
    for batch in batches:
        words = batch["input_word_ids"].copy()
        for row, positions, ids, weights in zip(
            words,
            batch["masked_lm_positions"],
            batch["masked_lm_ids"],
            batch["masked_lm_weights"],
            strict=True,
        ):
            row[positions[weights > 0]] = ids[weights > 0]
            found[row[1]] = positions.tolist()
    return found


def test_batches_hold_what_pretraining_takes(whole):
    batch = whole[0]
    names = {feature.name for feature in data.features.PRETRAINING}
    assert set(batch) == names | {"next_sentence_weights"}
    assert batch["input_word_ids"].shape == (12, 32)
    assert batch["masked_lm_ids"].shape == (12, 5)
    lengths = batch["input_mask"].sum(axis=1)
    expected = np.clip(np.round(0.15 * lengths), 1, 5)
    np.testing.assert_array_equal(
        batch["masked_lm_weights"].sum(axis=1), expected
    )


def test_masks_do_not_depend_on_the_batch(file, masking, whole):
    one = by_example(whole[:5])
    other = by_example(batches(file, masking, 3, batch_size=20))
    bucketed = by_example(
        batches(file, masking, 5 * 64, length_multiple=8)[-5:]
    )
    assert len(one) == COUNT and one == other
    assert one != bucketed  # Of a later epoch.


def test_masks_do_not_depend_on_where_reading_starts(file, masking, whole):
    later = batches(file, masking, 4, start_step=8)
    for expected, found in zip(whole[8:], later, strict=True):
        for name in expected:
            np.testing.assert_array_equal(found[name], expected[name])


def test_every_epoch_and_seed_masks_anew(file, masking, whole):
    first, second = by_example(whole[:5]), by_example(whole[5:10])
    other_seed = by_example(batches(file, masking, 5, seed=1))
    assert first.keys() == second.keys() == other_seed.keys()
    for other in (second, other_seed):
        same = sum(first[label] == other[label] for label in first)
        assert same < COUNT / 5


def test_evaluation_masks_always_alike(file, masking):
    def positions():
        dataset = data.evaluation_batches(
            file,
            data.features.UNMASKED,
            16,
            sequence_length=32,
            max_predictions=5,
            masking=masking,
        )
        return by_example(dataset.as_numpy_iterator())

    assert positions() == positions()
