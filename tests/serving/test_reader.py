"""A served reader gives the answers of its model's post-processing."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, evaluation, serving
from nlp_modeling.serving.text_windows import text_windows
from tests.serving.conftest import LONGEST, TEXTS, packed, traced

SIZES = {"sequence_length": LONGEST, "doc_stride": 5, "max_query_length": 6}
QUESTIONS = ["cat?", "", "what is a very long question?"]
PAIRS = [(q, c) for q in QUESTIONS for c in TEXTS]


def answers_of(model, tokenizer, pairs, **arguments):
    """What data, the model itself and evaluation make of the questions."""
    questions = [
        data.SquadQuestion(str(i), question, context)
        for i, (question, context) in enumerate(pairs)
    ]
    windows = list(data.squad_windows(questions, tokenizer, **SIZES))
    features = packed(
        tokenizer,
        [window.question_ids for window in windows],
        [window.context_ids for window in windows],
    )
    start, end = model(features, training=False)
    return evaluation.squad_answers(windows, start, end, **arguments)


def serve(reader, pairs):
    found = reader(*map(tf.constant, zip(*pairs, strict=True)))
    return {name: values.numpy().tolist() for name, values in found.items()}


@pytest.mark.parametrize(
    ("threshold", "n_best", "longest"),
    [(None, 20, 30), (0.0, 20, 4), (0.0, 3, 9)],
)
def test_answers_are_those_of_the_evaluation(
    span_labeler, tokenizer, threshold, n_best, longest
):
    reader = traced(
        serving.Reader(
            span_labeler,
            tokenizer,
            threshold,
            n_best_size=n_best,
            max_answer_length=longest,
            **SIZES,
        )
    )
    found = serve(reader, PAIRS)
    expected = answers_of(
        span_labeler,
        tokenizer,
        PAIRS,
        n_best_size=n_best,
        max_answer_length=longest,
        version_2_with_negative=threshold is not None,
    )
    predictions = [answer.prediction() for answer in expected]
    assert [answer.decode() for answer in found["answer"]] == predictions
    assert len(set(predictions)) > 5
    best = [[c for c in a.candidates if c.start >= 0] for a in expected]
    np.testing.assert_allclose(
        found["score"], [c[0].score if c else 0 for c in best], atol=1e-4
    )
    if threshold is not None:
        odds = [answer.null_odds for answer in expected]
        np.testing.assert_allclose(found["null_odds"], odds, atol=1e-4)
        assert "" in predictions


def test_answers_stand_in_the_context_where_they_say(span_labeler, tokenizer):
    reader = serving.Reader(
        span_labeler, tokenizer, n_best_size=LONGEST, **SIZES
    )
    found = serve(traced(reader), PAIRS)
    answered = 0
    for (_, context), answer, start, end in zip(
        PAIRS, found["answer"], found["start"], found["end"], strict=True
    ):
        if start == -1:
            assert (answer, end) == (b"", -1)
            # Nothing is left of it.
            assert not tokenizer(tf.constant(context)).numpy().size
        else:
            answered += 1
            assert context[start:end] == answer.decode() != ""
    assert answered == len(QUESTIONS) * (len(TEXTS) - 2)


def test_a_text_is_served_alike_in_any_batch(span_labeler, tokenizer):
    reader = traced(serving.Reader(span_labeler, tokenizer, 0.0, **SIZES))
    together = serve(reader, PAIRS)
    for i, pair in enumerate(PAIRS[:12]):
        alone = serve(reader, [pair])
        assert alone["answer"] == together["answer"][i : i + 1]
    assert reader(*[tf.constant([], tf.string)] * 2)["start"].shape == (0,)


def test_bytes_that_are_not_utf_8_are_served(span_labeler, tokenizer):
    reader = traced(serving.Reader(span_labeler, tokenizer, **SIZES))
    broken, whole = b"\xff\xfea \xf0\x9fcat", b"a cat"
    found = reader(tf.constant([b"cat\xff?"]), tf.constant([broken]))
    clean = reader(tf.constant([b"cat?"]), tf.constant([whole]))
    answer = found["answer"].numpy()[0]
    assert answer in broken
    ignored = answer.decode("utf-8", "ignore")
    assert ignored == clean["answer"].numpy()[0].decode()


def test_windows_are_those_of_the_data(tokenizer):
    rng = np.random.default_rng(0)
    contexts = [
        "a" * int(n) + " b" * int(m) for n, m in rng.integers(0, 40, (40, 2))
    ]
    questions = [
        data.SquadQuestion(str(i), "b" * int(rng.integers(9)), context)
        for i, context in enumerate(contexts)
    ]
    expected = list(data.squad_windows(questions, tokenizer, **SIZES))
    asked = tokenizer(tf.constant([q.text for q in questions]))
    room = LONGEST - 3 - tf.minimum(asked.row_lengths(), 6)
    windows = text_windows(tokenizer(tf.constant(contexts)), room, 5)
    assert len(expected) > 60
    for window, pieces, most in zip(
        expected,
        windows.pieces.to_list(),
        windows.has_most_context.to_list(),
        strict=True,
    ):
        assert pieces == window.context_ids.tolist()
        assert most == window.has_most_context.tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [("doc_stride", 0), ("n_best_size", 0), ("max_answer_length", 0)],
)
def test_numbers_out_of_range_are_named(span_labeler, tokenizer, name, value):
    with pytest.raises(ValueError, match=f"{name}=0"):
        serving.Reader(span_labeler, tokenizer, **SIZES | {name: value})


def test_a_question_that_leaves_no_room_is_named(span_labeler, tokenizer):
    with pytest.raises(ValueError, match="max_query_length=21"):
        serving.Reader(
            span_labeler, tokenizer, sequence_length=24, max_query_length=21
        )
