"""Segments are truncated and laid out as BERT does."""

import numpy as np

from nlp_modeling.data.pretraining.segments import Segments

IDS = np.arange(100, 200, dtype=np.int32)


def segments(*rows):
    table = np.array(rows)
    return Segments(*table.T, is_random=np.zeros(len(rows), bool))


def packed(rows, sequence_length=8):
    return segments(*rows).packed(
        IDS, sequence_length, cls_id=1, sep_id=2, pad_id=9
    )


def test_a_pair_is_laid_out_with_its_special_tokens():
    arrays = packed([(0, 2, 10, 13)])
    words = [1, 100, 101, 2, 110, 111, 112, 2]
    np.testing.assert_array_equal(arrays["input_word_ids"], [words])
    np.testing.assert_array_equal(arrays["input_mask"], [[1] * 8])
    types = [0, 0, 0, 0, 1, 1, 1, 1]
    np.testing.assert_array_equal(arrays["input_type_ids"], [types])


def test_a_short_pair_is_padded():
    arrays = packed([(5, 6, 7, 8)])
    words = [1, 105, 2, 107, 2, 9, 9, 9]
    np.testing.assert_array_equal(arrays["input_word_ids"], [words])
    np.testing.assert_array_equal(
        arrays["input_mask"], [[1, 1, 1, 1, 1, 0, 0, 0]]
    )
    np.testing.assert_array_equal(
        arrays["input_type_ids"], [[0, 0, 0, 1, 1, 0, 0, 0]]
    )


def test_a_single_segment_has_one_separator():
    arrays = packed([(5, 8, 8, 8)])
    words = [1, 105, 106, 107, 2, 9, 9, 9]
    np.testing.assert_array_equal(arrays["input_word_ids"], [words])
    assert not arrays["input_type_ids"].any()


def test_nothing_is_cut_from_what_fits():
    whole = segments((0, 3, 10, 12))
    cut = whole.truncated(5, np.random.default_rng(0))
    assert (cut.a_starts, cut.a_ends) == (whole.a_starts, whole.a_ends)
    assert (cut.b_starts, cut.b_ends) == (whole.b_starts, whole.b_ends)


def test_lengths_are_those_of_cutting_the_longer_piece_by_piece():
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 50, (2000, 2))
    rows = np.stack(
        [0 * lengths[:, 0], lengths[:, 0], *2 * [50 + 0 * lengths[:, 0]]], 1
    )
    rows[:, 3] += lengths[:, 1]
    cut = segments(*rows).truncated(20, rng)
    for i, (a, b) in enumerate(lengths):
        while a + b > 20:
            if a > b:
                a -= 1
            else:
                b -= 1
        assert cut.a_ends[i] - cut.a_starts[i] == a
        assert cut.b_ends[i] - cut.b_starts[i] == b


def test_front_and_back_lose_alike():
    count = 10_000
    rows = np.tile([0, 60, 60, 61], (count, 1))
    cut = segments(*rows).truncated(21, np.random.default_rng(0))
    front, back = cut.a_starts, 60 - cut.a_ends
    assert (front + back == 40).all()
    # Binomial(40, 1/2): mean 20, variance 10.
    assert abs(front.mean() - 20) < 4 * np.sqrt(10 / count)
    assert abs(front.var() - 10) < 4 * np.sqrt(2 * 100 / count)
