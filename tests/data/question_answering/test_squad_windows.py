"""squad_windows cuts contexts as BERT does, and finds its way back."""

import collections
import re
import string

import numpy as np
import pytest

from nlp_modeling import data, text

CONTEXT = "Zoë was born in 1895 (in Ulm), and died in 1943."
VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "(", ")", ",", ".", "?"),
    *("zoe", "was", "born", "in", "189", "##5", "ulm", "and", "died", "1943"),
    *("when", "where"),
]
# What the pieces of CONTEXT are, worked out by hand.
PIECES = "zoe was born in 189 ##5 ( in ulm ) , and died in 1943 .".split()


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


def question(answer="1895", **kwargs):
    answers = (data.Answer(answer, CONTEXT.index(answer)),) if answer else ()
    return data.SquadQuestion("q", "When?", CONTEXT, answers, **kwargs)


def windows(tokenizer, *questions, **kwargs):
    return list(data.squad_windows(questions, tokenizer, **kwargs))


def pieces(ids):
    return [VOCABULARY[id] for id in ids]


def test_a_window_holds_the_pieces_of_question_and_context(tokenizer):
    (window,) = windows(tokenizer, question())
    assert pieces(window.question_ids) == ["when", "?"]
    assert pieces(window.context_ids) == PIECES
    assert window.context_position == len(["[CLS]", "when", "?", "[SEP]"])
    assert window.has_most_context.all()


def test_positions_turn_back_into_the_text_as_it_was_written(tokenizer):
    (window,) = windows(tokenizer, question())
    first = window.context_position
    assert window.span_text(first, first) == "Zoë"
    assert window.span_text(first, first + 15) == CONTEXT
    assert window.span_text(first + 6, first + 9) == "(in Ulm)"


@pytest.mark.parametrize("answer", ["1895", "Zoë was", "Ulm", "1943", CONTEXT])
def test_the_answers_positions_hold_the_answer(tokenizer, answer):
    (window,) = windows(tokenizer, question(answer))
    span = window.start_position, window.end_position
    assert window.span_text(*span) == answer


def test_an_answer_inside_a_piece_takes_the_whole_piece(tokenizer):
    (window,) = windows(tokenizer, question("94"))
    assert (
        window.span_text(window.start_position, window.end_position) == "1943"
    )


def test_windows_follow_the_stride_up_to_the_end(tokenizer):
    # 12 - 3 special tokens - 2 of the question leave 7 pieces a window, from
    # 0, 3, 6 and, for the last of the 16 pieces, 9.
    cut = windows(
        tokenizer,
        question(),
        sequence_length=12,
        doc_stride=3,
        max_query_length=4,
    )
    assert [pieces(window.context_ids) for window in cut] == [
        PIECES[0:7],
        PIECES[3:10],
        PIECES[6:13],
        PIECES[9:16],
    ]
    assert [window.unique_id for window in cut] == list(
        range(1_000_000_000, 1_000_000_004)
    )


def test_no_piece_is_skipped_when_the_stride_is_longer_than_a_window(tokenizer):
    cut = windows(
        tokenizer,
        question(),
        sequence_length=12,
        doc_stride=128,
        max_query_length=4,
    )
    assert sum((pieces(window.context_ids) for window in cut), []) == PIECES


def test_windows_without_the_whole_answer_point_at_cls(tokenizer):
    cut = windows(
        tokenizer,
        question("1895 (in Ulm)"),
        sequence_length=12,
        doc_stride=3,
        max_query_length=4,
    )
    # Pieces 4 to 9 are only in the second window, whose pieces start at 3.
    spans = [(window.start_position, window.end_position) for window in cut]
    assert spans == [(0, 0), (4 + 1, 4 + 6), (0, 0), (0, 0)]


def test_questions_without_answer_point_at_cls(tokenizer):
    (window,) = windows(tokenizer, question("", is_impossible=True))
    assert (window.start_position, window.end_position) == (0, 0)


def test_a_piece_has_most_context_where_both_sides_show_most(tokenizer):
    cut = windows(
        tokenizer,
        question(),
        sequence_length=12,
        doc_stride=3,
        max_query_length=4,
    )
    # google-research/bert's rule, piece by piece.
    for piece in range(len(PIECES)):
        scores = []
        for i, window in enumerate(cut):
            left, right = piece - 3 * i, 3 * i + 6 - piece
            if left >= 0 and right >= 0:
                score = min(left, right) + 0.01 * len(window.context_ids)
                scores.append((score, -i))
        best = -max(scores)[1]
        marked = [
            i
            for i, window in enumerate(cut)
            if 0 <= piece - 3 * i < 7 and window.has_most_context[piece - 3 * i]
        ]
        assert marked == [best]


def test_a_long_question_is_cut(tokenizer):
    long = data.SquadQuestion("q", "when " * 9, CONTEXT)
    (window,) = windows(tokenizer, long, max_query_length=4)
    assert pieces(window.question_ids) == ["when"] * 4


def test_a_context_without_text_still_has_a_window(tokenizer):
    (window,) = windows(tokenizer, data.SquadQuestion("q", "When?", " "))
    assert len(window.context_ids) == 0


def test_windows_do_not_depend_on_the_batch_size(tokenizer):
    questions = [question(answer) for answer in ("1895", "Ulm", "", "Zoë")]
    one = windows(tokenizer, *questions, batch_size=1)
    all_ = windows(tokenizer, *questions)
    for a, b in zip(one, all_, strict=True):
        assert a.unique_id == b.unique_id
        assert a.question is b.question
        np.testing.assert_array_equal(a.starts, b.starts)


def test_a_span_outside_the_context_is_an_error(tokenizer):
    (window,) = windows(tokenizer, question())
    for span in ((0, 0), (3, 4), (5, 4), (19, 20)):
        with pytest.raises(ValueError, match="must lie in the window"):
            window.span_text(*span)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"doc_stride": 0}, "doc_stride=0"),
        ({"sequence_length": 67}, "sequence_length=67, max_query_length=64"),
    ],
)
def test_lengths_that_cannot_work_are_errors(tokenizer, kwargs, message):
    with pytest.raises(ValueError, match=message):
        windows(tokenizer, question(), **kwargs)


def official_normal_form(answer):
    """Normalizes a text as SQuAD's official evaluation does."""
    answer = answer.lower()
    answer = "".join(c for c in answer if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", answer).split()


def words_and_characters(texts):
    """Builds a vocabulary of common words, all characters and endings."""
    words = collections.Counter(re.findall(r"\w+|\S", " ".join(texts).lower()))
    characters = sorted({c for word in words for c in word})
    common = sorted(word for word, count in words.items() if count > 4)
    entries = [
        *VOCABULARY[:5],
        *characters,
        *(f"##{c}" for c in characters),
        *common,
        *("##s", "##ed", "##ing", "##ese", "##000"),
    ]
    return list(dict.fromkeys(entries))


@pytest.mark.data
@pytest.mark.parametrize("name", ["dev-v1.1", "dev-v2.0"])
def test_spans_give_the_gold_answers_unless_these_cut_a_piece(
    data_folder, name
):
    file = data_folder / "squad" / f"{name}.json.gz"
    questions = [
        question
        for question in data.read_squad(str(file), version_2_with_negative=True)
        if question.answers
    ]
    contexts = {question.context for question in questions}
    tokenizer = text.BertTokenizer(words_and_characters(contexts))
    right, cut = set(), set()
    for window in data.squad_windows(questions, tokenizer):
        if not window.start_position:
            continue
        span = window.span_text(window.start_position, window.end_position)
        gold = window.question.answers[0]
        if official_normal_form(span) == official_normal_form(gold.text):
            right.add(window.question.id)
            continue
        first = window.start_position - window.context_position
        last = window.end_position - window.context_position
        stop = gold.start + len(gold.text)
        if window.starts[first] < gold.start or stop < window.ends[last]:
            cut.add(window.question.id)
    # Every miss is an annotation that starts or ends inside a piece, "Japan"
    # in "Japanese": no span of pieces equals it.
    assert {question.id for question in questions} == right | cut
    assert len(right) > 0.995 * len(questions)
