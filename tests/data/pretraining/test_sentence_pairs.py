"""sentence_pairs follows BERT's next-sentence scheme."""

import numpy as np
import pytest

from nlp_modeling.data.pretraining.sentence_pairs import sentence_pairs
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments

TARGET = 30


@pytest.fixture(scope="module")
def documents():
    """Draws 300 documents of 1 to 40 lines of 1 to 20 word pieces."""
    rng = np.random.default_rng(0)
    document_splits = np.append(0, rng.integers(1, 41, 300).cumsum())
    lengths = rng.integers(1, 21, document_splits[-1])
    line_splits = np.append(0, lengths.cumsum())
    ids = np.arange(line_splits[-1], dtype=np.int32)
    return TokenizedDocuments(ids, line_splits, document_splits)


@pytest.fixture(scope="module")
def pairs(documents):
    return sentence_pairs(documents, TARGET, 0.0, np.random.default_rng(1))


def document_of(documents, places):
    bounds = documents.line_splits[documents.document_splits]
    return np.searchsorted(bounds, places, side="right") - 1


def test_segments_are_whole_lines_of_one_document(documents, pairs):
    for starts, ends in (
        (pairs.a_starts, pairs.a_ends),
        (pairs.b_starts, pairs.b_ends),
    ):
        assert np.isin(starts, documents.line_splits).all()
        assert np.isin(ends, documents.line_splits).all()
        assert (starts < ends).all()
        np.testing.assert_array_equal(
            document_of(documents, starts), document_of(documents, ends - 1)
        )


def test_a_next_segment_follows_at_once(pairs):
    follows = ~pairs.is_random
    np.testing.assert_array_equal(
        pairs.b_starts[follows], pairs.a_ends[follows]
    )


def test_a_random_segment_is_of_another_document(documents, pairs):
    a = document_of(documents, pairs.a_starts[pairs.is_random])
    b = document_of(documents, pairs.b_starts[pairs.is_random])
    assert (a != b).all()
    # All documents are drawn: of 300, some 1,600 draws miss about 1.
    assert len(np.unique(b)) > 280


def test_every_word_piece_is_used_once_but_for_random_segments(
    documents, pairs
):
    used = np.zeros(len(documents.ids), int)
    for start, end in zip(pairs.a_starts, pairs.a_ends, strict=True):
        used[start:end] += 1
    follows = ~pairs.is_random
    for start, end in zip(
        pairs.b_starts[follows], pairs.b_ends[follows], strict=True
    ):
        used[start:end] += 1
    assert (used == 1).all()


def test_runs_of_lines_are_as_short_as_reaches_the_target(documents, pairs):
    follows = ~pairs.is_random
    lengths = (pairs.b_ends - pairs.a_starts)[follows]
    last_line = np.searchsorted(documents.line_splits, pairs.b_ends[follows])
    without = documents.line_splits[last_line - 1] - pairs.a_starts[follows]
    assert (without < TARGET).all()
    ends_document = np.isin(
        pairs.b_ends[follows], documents.line_splits[documents.document_splits]
    )
    assert (lengths[~ends_document] >= TARGET).all()


def test_half_of_the_runs_of_several_lines_get_a_random_next(documents, pairs):
    # A run of one line always does; only those that end mid-document and where
    # A is one line could be it, so look at A with two lines and more.
    first = np.searchsorted(documents.line_splits, pairs.a_starts)
    last = np.searchsorted(documents.line_splits, pairs.a_ends)
    share = pairs.is_random[last - first > 1].mean()
    count = (last - first > 1).sum()
    assert abs(share - 0.5) < 4 * 0.5 / np.sqrt(count)


def test_a_short_target_makes_short_examples(documents):
    rng = np.random.default_rng(2)
    pairs = sentence_pairs(documents, TARGET, 1.0, rng)
    a, b = pairs.a_ends - pairs.a_starts, pairs.b_ends - pairs.b_starts
    assert np.mean(a + b < TARGET) > 0.4


def test_a_single_document_is_its_own_random_next():
    documents = TokenizedDocuments(
        np.arange(6, dtype=np.int32), np.array([0, 6]), np.array([0, 1])
    )
    pairs = sentence_pairs(documents, 4, 0.1, np.random.default_rng(0))
    assert pairs.is_random.tolist() == [True]
    assert (pairs.b_starts[0], pairs.b_ends[0]) == (0, 6)
