"""Packed records hold the sequences of plain ones, several in a row."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, text
from nlp_modeling.data.pretraining.pack_rows import choose_rows
from tests.data.pretraining.test_pretraining_examples import SPECIAL, WORDS

SEQUENCE_LENGTH = 64
MOST = data.most_sequences(SEQUENCE_LENGTH)


@pytest.fixture(scope="module")
def documents():
    """Draws 60 documents of one line or of many."""
    rng = np.random.default_rng(0)
    return [
        [" ".join(rng.choice(WORDS, size)) for size in rng.integers(1, 16, n)]
        for n in rng.choice([1, 2, 20], 60)
    ]


def make_examples(packed, static=False, pairs=True):
    tokenizer = text.BertTokenizer(SPECIAL + WORDS)
    masking = text.MaskedLMMaskGenerator(tokenizer, max_predictions=6)
    return data.PretrainingExamples(
        tokenizer,
        SEQUENCE_LENGTH,
        masking if static else None,
        next_sentence=pairs,
        dupe_factor=2,
        packed=packed,
    )


def sequences(records):
    """Lists the sequences of records: their tokens, masks and labels."""
    for record in records:
        feature = tf.train.Example.FromString(record).features.feature
        values = {
            name: np.array(x.int64_list.value or x.float_list.value)
            for name, x in feature.items()
        }
        ids = values["input_ids"]
        starts = values.get("sequence_starts", np.array([0]))
        ends = [*starts[1:], len(ids)]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            places = values.get("masked_lm_positions", np.array([], int))
            real = values.get("masked_lm_weights", np.array([])) > 0
            here = real & (places >= start) & (places < end)
            labels = values.get("next_sentence_labels", [0] * len(starts))
            pieces = ids[start:end]
            yield (
                *pieces[pieces != 0].tolist(),
                *values["segment_ids"][start:end][pieces != 0].tolist(),
                *(places - start)[here].tolist(),
                *values.get("masked_lm_ids", np.array([], int))[here].tolist(),
                int(labels[number]),
            )


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("pairs", [False, True])
def test_rows_hold_the_same_sequences(documents, static, pairs):
    plain, packed = (
        make_examples(packed, static, pairs)((0, 0), documents)
        for packed in (False, True)
    )
    assert sorted(sequences(packed)) == sorted(sequences(plain))
    assert len(packed) < len(plain)


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("pairs", [False, True])
def test_records_are_packed_afterwards(documents, static, pairs, tmp_path):
    plain, output = str(tmp_path / "plain"), str(tmp_path / "packed")
    records = make_examples(False, static, pairs)((0, 0), documents)
    with tf.io.TFRecordWriter(plain) as writer:
        for record in records:
            writer.write(record)
    counts = []
    data.pack_records(
        [plain],
        output,
        masked=static,
        next_sentence=pairs,
        sequence_length=SEQUENCE_LENGTH,
        max_predictions=6,
        report=counts.append,
    )
    packed = list(tf.data.TFRecordDataset(output).as_numpy_iterator())
    assert sorted(sequences(packed)) == sorted(sequences(records))
    assert len(packed) < len(records) == sum(counts)
    assert data.stored_features([output]) == {
        feature.name_on_disk
        for feature in data.features.pretraining(
            masked=static, packed=True, next_sentence=pairs
        )
    }


def test_rows_hold_no_more_than_they_may():
    rng = np.random.default_rng(1)
    lengths = rng.integers(3, 65, 500)
    masked = rng.integers(1, 9, 500)
    rows = choose_rows(lengths, 64, 6, masked, 10)
    assert sorted(itertools.chain(*rows)) == list(range(500))
    assert max(lengths[row].sum() for row in rows) <= 64
    assert max(masked[row].sum() for row in rows) <= 10
    assert max(map(len, rows)) <= 6


def test_little_of_the_rows_is_padding():
    lengths = np.random.default_rng(2).integers(3, 129, 3000)
    rows = choose_rows(lengths, 128, 8)
    assert lengths.sum() / (128 * len(rows)) > 0.99
    assert lengths.mean() / 128 < 0.6  # One sequence a row.


def batches(file, start_step=0, **arguments):
    return data.training_batches(
        file,
        data.features.pretraining(
            masked=False, packed=True, next_sentence=True
        ),
        4,
        sequence_length=SEQUENCE_LENGTH,
        start_step=start_step,
        **arguments,
    )


@pytest.fixture(scope="module")
def file(documents, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("packed") / "records")
    with tf.io.TFRecordWriter(path) as writer:
        for record in make_examples(packed=True)((0, 0), documents):
            writer.write(record)
    return path


def test_reading_tells_the_sequences_apart(file):
    tokenizer = make_examples(packed=True).tokenizer
    found = 0
    for batch in batches(file).take(20).as_numpy_iterator():
        ids, mask = batch["sequence_ids"], batch["input_mask"]
        starts, weights = (
            batch[name] for name in ("sequence_starts", "next_sentence_weights")
        )
        assert ids.shape == mask.shape == (4, SEQUENCE_LENGTH)
        assert starts.shape == weights.shape == (4, MOST)
        assert batch["next_sentence_labels"].shape == (4, MOST)
        np.testing.assert_array_equal(ids > 0, mask > 0)
        np.testing.assert_array_equal(ids.max(1), weights.sum(1))
        for row, number in np.argwhere(weights > 0):
            start = starts[row, number]
            assert batch["input_word_ids"][row, start] == tokenizer.cls_id
            assert ids[row, start] == number + 1
            assert start == 0 or ids[row, start - 1] == number
        found += (weights.sum(1) > 1).sum()
    assert found > 20


def test_any_step_reads_the_same_rows_and_masks(file):
    masking = text.MaskedLMMaskGenerator(
        make_examples(packed=True).tokenizer, max_predictions=6
    )
    arguments = {"masking": masking, "max_predictions": 6, "seed": 3}
    *_, last = batches(file, **arguments).take(12).as_numpy_iterator()
    (again,) = batches(file, 11, **arguments).take(1).as_numpy_iterator()
    for name, values in last.items():
        np.testing.assert_array_equal(values, again[name])
