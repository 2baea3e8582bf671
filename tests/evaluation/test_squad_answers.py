"""squad_answers finds in each context the spans with the best scores."""

import json

import numpy as np
import pytest

from nlp_modeling import data, evaluation, text

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] when ? a b c d e f".split()
CONTEXT = "A b  c D\u0301 e F"
LENGTH = 12


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


def windows_of(tokenizer, *contexts, length=LENGTH, stride=2):
    questions = [
        data.SquadQuestion(str(i), "When?", context)
        for i, context in enumerate(contexts)
    ]
    return list(data.squad_windows(questions, tokenizer, length, stride, 4))


def logits(windows, peaks, length=LENGTH):
    """Makes logits of 0, except at peaks: {(row, position): logit}."""
    values = np.zeros((len(windows), length))
    for place, value in peaks.items():
        values[place] = value
    return values


def texts(answer):
    return [candidate.text for candidate in answer.candidates]


def test_the_best_pair_in_order_is_the_answer(tokenizer):
    (window,) = windows = windows_of(tokenizer, CONTEXT)
    first = window.context_position
    (answer,) = evaluation.squad_answers(
        windows,
        logits(windows, {(0, first + 2): 3, (0, first + 5): 4}),
        # Before the best start, so the pair 5, 0 is none.
        logits(windows, {(0, first): 5, (0, first + 3): 2}),
    )
    assert answer.prediction() == "c D\u0301"
    best = answer.candidates[0]
    assert (best.start, best.end) == (5, 9)
    assert CONTEXT[best.start : best.end] == best.text
    assert (best.start_logit, best.end_logit, best.score) == (3, 2, 5)
    assert answer.null_odds is None
    assert answer.prediction(null_score_diff_threshold=-9.0) == "c D\u0301"


def test_probabilities_are_the_softmax_of_the_listed_scores(tokenizer):
    (window,) = windows = windows_of(tokenizer, "a b")
    first = window.context_position
    (answer,) = evaluation.squad_answers(
        windows,
        logits(windows, {(0, first): 2}),
        logits(windows, {(0, first + 1): 1}),
    )
    assert texts(answer) == ["a b", "a", "b"]
    expected = np.exp([3, 2, 1]) / np.exp([3, 2, 1]).sum()
    np.testing.assert_allclose(
        [candidate.probability for candidate in answer.candidates], expected
    )


def test_question_and_special_tokens_answer_nothing(tokenizer):
    (window,) = windows = windows_of(tokenizer, "a b")
    high = {(0, p): 9 for p in range(window.context_position)} | {(0, 6): 9}
    (answer,) = evaluation.squad_answers(
        windows, logits(windows, high), logits(windows, high)
    )
    assert set(texts(answer)) == {"a b", "a", "b"}


def test_padding_takes_no_place_among_the_best(tokenizer):
    windows = windows_of(tokenizer, "a b")
    padding = {(0, p): 9 for p in range(7, LENGTH)}
    (answer,) = evaluation.squad_answers(
        windows,
        logits(windows, padding | {(0, 4): 1}),
        logits(windows, padding | {(0, 5): 1}),
        n_best_size=1,
    )
    assert texts(answer) == ["a b"]


def test_answers_keep_to_their_greatest_length(tokenizer):
    (window,) = windows = windows_of(tokenizer, CONTEXT)
    first = window.context_position
    args = (
        windows,
        logits(windows, {(0, first): 5}),
        logits(windows, {(0, first + 2): 5}),
    )
    (whole,) = evaluation.squad_answers(*args, max_answer_length=3)
    (short,) = evaluation.squad_answers(*args, max_answer_length=2)
    assert whole.prediction() == "A b  c"
    assert short.prediction() != "A b  c"


def test_only_the_window_with_most_context_begins_an_answer(tokenizer):
    # Windows of 3 pieces, from pieces 0, 2 and 3.
    windows = windows_of(tokenizer, CONTEXT, length=8, stride=2)
    assert [len(window.context_ids) for window in windows] == [3, 3, 2]
    piece_c = {0: 4 + 2, 1: 4 + 0}
    shows_most = [
        row
        for row, position in piece_c.items()
        if windows[row].has_most_context[position - 4]
    ]
    assert shows_most == [0]
    other = {(1, piece_c[1]): 9}
    (answer,) = evaluation.squad_answers(
        windows, logits(windows, other, 8), logits(windows, other, 8)
    )
    assert answer.candidates[0].start_logit == 0


def test_equal_texts_are_listed_once_with_the_better_score(tokenizer):
    windows = windows_of(tokenizer, "a b a")
    (answer,) = evaluation.squad_answers(
        windows, logits(windows, {(0, 6): 1}), logits(windows, {})
    )
    assert texts(answer)[0] == "a"
    assert texts(answer).count("a") == 1
    assert answer.candidates[0].start == 4


def test_no_answer_wins_above_the_threshold_with_the_lowest_score(tokenizer):
    windows = windows_of(tokenizer, CONTEXT, length=8, stride=2)
    starts = logits(windows, {(0, 0): 9, (1, 0): 4, (2, 0): 8, (0, 4): 2}, 8)
    ends = logits(windows, {(0, 4): 1}, 8)
    (answer,) = evaluation.squad_answers(
        windows, starts, ends, version_2_with_negative=True
    )
    assert answer.null_odds == 4 - 3
    assert answer.prediction() == ""
    assert answer.prediction(null_score_diff_threshold=1.0) == "A"
    assert texts(answer)[:2] == ["", "A"]
    assert answer.best_text == "A"


def test_no_answer_is_listed_even_where_others_fill_the_list(tokenizer):
    windows = windows_of(tokenizer, CONTEXT)
    starts = logits(windows, {(0, 0): -9, (0, 4): 1, (0, 5): 1})
    (answer,) = evaluation.squad_answers(
        windows,
        starts,
        starts,
        n_best_size=2,
        version_2_with_negative=True,
    )
    assert texts(answer)[2:] == [""]


@pytest.mark.parametrize("version_2", [False, True])
def test_an_empty_context_is_answered_by_nothing(tokenizer, version_2):
    windows = windows_of(tokenizer, "")
    zeros = logits(windows, {})
    (answer,) = evaluation.squad_answers(
        windows, zeros, zeros, version_2_with_negative=version_2
    )
    assert answer.prediction() == answer.best_text == ""


def test_questions_come_in_order_and_keep_apart(tokenizer):
    windows = windows_of(tokenizer, "a", "b", "c")
    zeros = logits(windows, {})
    answers = evaluation.squad_answers(windows, zeros, zeros)
    assert [answer.prediction() for answer in answers] == ["a", "b", "c"]
    assert [answer.question.id for answer in answers] == ["0", "1", "2"]


def test_no_windows_give_no_answers():
    assert (
        evaluation.squad_answers([], np.zeros([0, 8]), np.zeros([0, 8])) == []
    )


def test_logits_that_do_not_fit_are_named(tokenizer):
    windows = windows_of(tokenizer, CONTEXT)
    with pytest.raises(ValueError, match=r"\(1, 3\).*1 windows"):
        evaluation.squad_answers(windows, np.zeros([1, 3]), np.zeros([1, 3]))
    with pytest.raises(ValueError, match=r"\(2, 12\)"):
        evaluation.squad_answers(windows, np.zeros([2, 12]), np.zeros([2, 12]))
    with pytest.raises(ValueError, match="n_best_size=0"):
        evaluation.squad_answers([], [], [], n_best_size=0)


def test_files_are_those_of_google_research_bert(tokenizer, tmp_path):
    windows = windows_of(tokenizer, CONTEXT)
    zeros = logits(windows, {(0, 0): 1})
    answers = evaluation.squad_answers(
        windows, zeros, zeros, n_best_size=1, version_2_with_negative=True
    )
    for _ in range(2):  # The second replaces the first.
        evaluation.write_squad_answers(tmp_path, answers, 2.5)
    read = {
        path.name: json.loads(path.read_text()) for path in tmp_path.iterdir()
    }
    candidate = answers[0].candidates[0]
    assert read == {
        "predictions.json": {"0": answers[0].best_text},
        "nbest_predictions.json": {
            "0": [
                {
                    "text": candidate.text,
                    "probability": candidate.probability,
                    "start_logit": candidate.start_logit,
                    "end_logit": candidate.end_logit,
                }
            ]
        },
        "null_odds.json": {"0": 2.0},
    }
