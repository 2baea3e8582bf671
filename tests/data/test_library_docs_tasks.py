"""The built-in tasks are balanced, free of leaks, and have right offsets."""

import collections
import json
import re

import pytest

from nlp_modeling import data


@pytest.fixture(scope="module")
def dev_rows():
    return data.library_docs_labels("dev", max_per_library=60)


@pytest.fixture(scope="module")
def dev_questions():
    return data.library_docs_questions("dev", max_questions=500)


def test_no_text_names_a_library(dev_rows):
    for row in dev_rows:
        assert not re.search(
            r"keras|numpy|tensorflow|python|\btf\.|\bnp\.", row["text"], re.I
        )


def test_libraries_are_balanced(dev_rows):
    sizes = collections.Counter(row["library"] for row in dev_rows)
    assert set(sizes) == set(data.LIBRARIES)
    assert max(sizes.values()) <= min(60, 2 * min(sizes.values()))


def test_no_text_stands_twice(dev_rows):
    texts = [" ".join(row["text"].split()) for row in dev_rows]
    assert len(set(texts)) == len(texts)


def test_the_tasks_are_the_same_every_time(dev_rows, dev_questions):
    assert data.library_docs_labels("dev", max_per_library=60) == dev_rows
    assert (
        data.library_docs_questions("dev", max_questions=500) == dev_questions
    )


def test_questions_are_a_file_of_squad(tmp_path, dev_questions):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(dev_questions))
    # Fails unless every answer stands where it says.
    questions = list(data.read_squad(str(file)))
    assert len(questions) == 500
    for question in questions:
        words = question.answers[0].text.split()
        assert 0 < len(words) <= 30


def test_a_question_names_what_its_id_names(dev_questions):
    for article in dev_questions["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                path, _, name = qa["id"].rstrip(")").partition("(")
                assert path.startswith(article["title"])
                assert name in qa["question"]
                assert re.search(
                    rf"\b{re.escape(name)}\b", paragraph["context"]
                )


def test_no_answer_is_asked_for_twice_by_the_same_name(dev_questions):
    asked = [
        (qa["id"].partition("(")[2], *qa["answers"][0]["text"].split())
        for article in dev_questions["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]
    assert len(set(asked)) == len(asked)


@pytest.mark.slow
def test_train_and_dev_share_no_text(dev_rows):
    train = data.library_docs_labels("train")
    assert len(train) > 10 * len(dev_rows)
    keys = [
        {" ".join(r["text"].split()) for r in rows}
        for rows in (train, dev_rows)
    ]
    assert not keys[0] & keys[1]
