"""full_sequences fills sequences from documents."""

import numpy as np

from nlp_modeling.data.pretraining.full_sequences import full_sequences
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments

# Documents of 5, 100 and 37 word pieces.
DOCUMENTS = TokenizedDocuments(
    np.arange(142, dtype=np.int32),
    np.array([0, 5, 45, 105, 142]),
    np.array([0, 1, 3, 4]),
)


def test_every_word_piece_is_used_once_and_no_document_is_crossed():
    for seed in range(20):
        found = full_sequences(DOCUMENTS, 10, 0.5, np.random.default_rng(seed))
        edges = np.append(found.a_starts, 142)
        np.testing.assert_array_equal(found.a_ends, edges[1:])
        assert set([0, 5, 105]) <= set(found.a_starts)
        assert (found.a_starts < found.a_ends).all()
        assert (found.b_starts == found.b_ends).all()


def test_sequences_are_full_but_for_the_ends_of_documents():
    found = full_sequences(DOCUMENTS, 10, 0.0, np.random.default_rng(0))
    lengths = found.a_ends - found.a_starts
    assert lengths.max() == 10
    assert (lengths < 10).sum() <= 2 * 3


def test_duplicates_are_cut_elsewhere():
    rng = np.random.default_rng(0)
    cuts = [
        tuple(full_sequences(DOCUMENTS, 10, 0.0, rng).a_starts)
        for _ in range(5)
    ]
    assert len(set(cuts)) > 1
