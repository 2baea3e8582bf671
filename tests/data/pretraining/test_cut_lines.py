"""cut_lines keeps every word piece, and parts at sentences and words."""

import numpy as np
import pytest

from nlp_modeling import data, text
from nlp_modeling.data.pretraining.cut_lines import cut_lines
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] a b ##c . ?".split()


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


def lines(tokenizer, documents, longest):
    """The documents after the cut, each a list of lines of pieces."""
    before = TokenizedDocuments.tokenize(documents, tokenizer)
    after = cut_lines(before, tokenizer, longest)
    np.testing.assert_array_equal(after.ids, before.ids)
    pieces = [VOCABULARY[i] for i in after.ids]
    found = [
        " ".join(pieces[i:j])
        for i, j in zip(after.line_splits, after.line_splits[1:], strict=False)
    ]
    return [
        found[i:j]
        for i, j in zip(
            after.document_splits, after.document_splits[1:], strict=False
        )
    ]


def test_short_lines_stay_whole(tokenizer):
    documents = [["a . b . a b", "b"], ["a b"]]
    assert lines(tokenizer, documents, 6) == documents


def test_a_long_line_ends_at_sentences(tokenizer):
    documents = [["b", "a . b b ? a b a . b", "a"], ["b b"]]
    assert lines(tokenizer, documents, 8) == [
        ["b", "a .", "b b ?", "a b a .", "b", "a"],
        ["b b"],
    ]


def test_a_long_sentence_ends_at_words_and_a_long_word_anywhere(tokenizer):
    assert lines(tokenizer, [["a ac bcc b a"]], 6) == [
        ["a a ##c", "b ##c ##c", "b a"]
    ]
    assert lines(tokenizer, [["b accccccc"]], 4) == [
        ["b", "a ##c", "##c ##c", "##c ##c", "##c ##c"]
    ]


def test_a_file_of_one_line_makes_examples_of_all_its_text(
    tokenizer, tmp_path, caplog
):
    words = np.random.default_rng(0).choice(["a", "b", "b ?", "a ."], 30_000)
    (tmp_path / "one.txt").write_text(" ".join(words))
    make = data.PretrainingExamples(tokenizer, 64, dupe_factor=1)
    with caplog.at_level("INFO"):
        count = data.write_pretraining_data(
            [str(tmp_path / "one.txt")], [str(tmp_path / "out")], make
        )
    assert count > 500
    (share,) = caplog.messages
    assert share.endswith("% of the word pieces are in no example.")
    assert 0 < float(share.split()[0]) < 25
    # About half of the pairs are random, as in a text of short lines.
    labels = [
        batch["next_sentence_labels"].numpy()
        for batch in data.evaluation_batches(
            str(tmp_path / "out"),
            data.features.UNMASKED,
            count,
            sequence_length=64,
        )
    ]
    assert 0.4 < np.mean(labels) < 0.6


def test_single_sequences_drop_nothing(tokenizer):
    make = data.PretrainingExamples(
        tokenizer, 8, next_sentence=False, dupe_factor=1
    )
    counted = make.with_counts((0, 0), [["a b " * 50, "b"], ["a"]])
    assert counted.num_pieces == 102
    assert counted.num_dropped == 0
