"""squad_answers ranks as Model Garden does, and cites where that rewrites.

Runs where tf-models-official is installed (extra `garden`).
"""

import collections
import gzip
import json

import numpy as np
import pytest

from nlp_modeling import data, evaluation, text
from tests.peers.test_squad_windows import vocabulary

squad_lib = pytest.importorskip("official.nlp.data.squad_lib")
tokenization = pytest.importorskip("official.nlp.tools.tokenization")

NUM_ARTICLES = 4
LENGTH = 192
Result = collections.namedtuple(
    "Result", ["unique_id", "start_logits", "end_logits"]
)


@pytest.fixture(scope="module", params=[False, True])
def answers(request, data_folder, tmp_path_factory):
    """Ours, and Model Garden's predictions, n-best lists and null odds."""
    version_2 = request.param
    name = "dev-v2.0" if version_2 else "dev-v1.1"
    folder = tmp_path_factory.mktemp(name)
    with gzip.open(data_folder / "squad" / f"{name}.json.gz") as file:
        root = json.load(file)
    root["data"] = root["data"][:NUM_ARTICLES]
    squad_file, vocab_file = folder / "squad.json", folder / "vocab.txt"
    squad_file.write_text(json.dumps(root))
    questions = list(data.read_squad(str(squad_file), version_2))
    entries = vocabulary({question.context for question in questions})
    vocab_file.write_text("\n".join(entries) + "\n")
    windows = list(
        data.squad_windows(
            questions, text.BertTokenizer(str(vocab_file)), LENGTH, 64, 32
        )
    )
    # No two sums are alike, so that there is one order only.
    logits = np.random.default_rng(0).normal(size=(2, len(windows), LENGTH))
    for row, window in enumerate(windows):
        logits[0, row, window.start_position] += 4
        logits[1, row, window.end_position] += 4
        # The peer's best may be padding.
        length = window.context_position + len(window.context_ids) + 1
        logits[:, row, length:] -= 100
    ours = evaluation.squad_answers(
        windows, *logits, version_2_with_negative=version_2
    )

    features = []
    examples = squad_lib.read_squad_examples(str(squad_file), False, version_2)
    squad_lib.convert_examples_to_features(
        examples,
        tokenization.FullTokenizer(str(vocab_file), do_lower_case=True),
        max_seq_length=LENGTH,
        doc_stride=64,
        max_query_length=32,
        is_training=False,
        batch_size=1,
        output_fn=lambda feature, is_padding: features.append(feature),
    )
    theirs = squad_lib.postprocess_output(
        examples,
        features,
        [
            Result(window.unique_id, list(start), list(end))
            for window, start, end in zip(windows, *logits, strict=True)
        ],
        n_best_size=20,
        max_answer_length=30,
        do_lower_case=True,
        version_2_with_negative=version_2,
    )
    assert len(ours) > 500
    return ours, *theirs


def test_best_answers_differ_only_in_how_they_are_written(answers):
    """Ours are the context's own characters; Model Garden finds its words
    again by their spelling. On all of dev 1.1, 4 of 10,570 answers differ: two
    where the context has two spaces or none, one before invisible characters,
    and one where a word holds the piece twice ("Wawa")."""
    ours, predictions, _, _ = answers
    differing = [
        answer
        for answer in ours
        if answer.prediction() != predictions[answer.question.id]
    ]
    assert len(differing) < 0.001 * len(ours)
    for answer in ours:
        for candidate in answer.candidates:
            span = answer.question.context[candidate.start : candidate.end]
            assert candidate.text == (span if candidate.start >= 0 else "")


def test_the_best_candidates_logits_and_the_odds_are_equal(answers):
    ours, _, n_best, odds = answers
    for answer in ours:
        mine, theirs = answer.candidates[0], n_best[answer.question.id][0]
        assert mine.start_logit == theirs["start_logit"]
        assert mine.end_logit == theirs["end_logit"]
        if odds:
            assert answer.null_odds == pytest.approx(odds[answer.question.id])


def test_lists_of_candidates_are_equal_but_for_texts_written_alike(answers):
    """Where Model Garden writes two spans alike it keeps one, and ours both. On
    all of dev 1.1, 7 of 10,570 lists differ."""
    ours, _, n_best, _ = answers
    same = 0
    for answer in ours:
        theirs = n_best[answer.question.id]
        if [c.start_logit for c in answer.candidates] == [
            c["start_logit"] for c in theirs
        ]:
            same += 1
            np.testing.assert_allclose(
                [c.probability for c in answer.candidates],
                [c["probability"] for c in theirs],
            )
    assert same > 0.999 * len(ours)
