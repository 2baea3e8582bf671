"""Served models answer whatever string comes."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import serving
from tests.hostile.hard_strings import hard_strings
from tests.serving.conftest import (  # noqa: F401  Fixtures.
    LONGEST,
    classifier,
    encoder,
    span_labeler,
    token_classifier,
    tokenizer,
    traced,
)

STRINGS = hard_strings(3000)
BATCH = 50


def answers(served, *columns):
    """Answers batches, and gives rows: dicts of a name and its value."""
    for rows in _batched(zip(*columns, strict=True)):
        batch = [tf.constant(column) for column in zip(*rows, strict=True)]
        found = {k: v.numpy() for k, v in served(*batch).items()}
        for i in range(len(rows)):
            yield {name: values[i] for name, values in found.items()}


def _batched(rows):
    while some := list(itertools.islice(rows, BATCH)):
        yield some


def test_a_classifier(classifier, tokenizer, record_property):  # noqa: F811
    labels = ["a", "b", "c"]
    served = serving.Classifier(
        classifier, tokenizer, labels, sequence_length=LONGEST
    )
    count = 0
    for row in answers(traced(served), STRINGS):
        assert row["label"].decode() in labels
        assert np.isclose(row["probabilities"].sum(), 1)
        assert (row["probabilities"] >= 0).all()
        count += 1
    assert count == len(STRINGS)
    record_property("tried", count)


def test_a_reader(span_labeler, tokenizer, record_property):  # noqa: F811
    served = serving.Reader(
        span_labeler,
        tokenizer,
        sequence_length=LONGEST,
        doc_stride=5,
        max_query_length=6,
    )
    questions = STRINGS[1:] + STRINGS[:1]
    for context, row in zip(
        STRINGS, answers(traced(served), questions, STRINGS), strict=True
    ):
        start, end = row["start"], row["end"]
        assert np.isfinite(row["score"])
        if start == -1:
            assert row["answer"] == b"" and end == -1
        else:
            assert context[start:end] == row["answer"].decode() != ""
    record_property("tried", len(STRINGS))


def test_a_tagger(token_classifier, tokenizer, record_property):  # noqa: F811
    labels = ["O", "B-person", "I-person", "B-place", "I-place"]
    served = serving.Tagger(token_classifier, tokenizer, labels, True, LONGEST)
    for string, row in zip(
        STRINGS, answers(traced(served), STRINGS), strict=True
    ):
        for i in range(row["num_entities"]):
            start, end = row["entity_start"][i], row["entity_end"][i]
            assert string[start:end] == row["entity_text"][i].decode() != ""
            assert row["entity_kind"][i].decode() in ("person", "place")
            assert 0 < row["entity_score"][i] <= 1 + 1e-6
    record_property("tried", len(STRINGS))


@pytest.mark.parametrize("bad", (b"\xff\xfe", b"\xed\xa0\x80", b"a\xc3"))
def test_bytes_that_are_no_text_are_read_too(
    classifier,  # noqa: F811
    tokenizer,  # noqa: F811
    bad,
):
    served = serving.Classifier(
        classifier, tokenizer, ["a", "b", "c"], sequence_length=LONGEST
    )
    (row,) = answers(traced(served), [bad])
    assert np.isclose(row["probabilities"].sum(), 1)
