"""read_squad reads questions, and says where in the JSON something is wrong."""

import copy
import json

import pytest

from nlp_modeling import data

CONTEXT = "BERT was published in 2018."
FILE = {
    "version": "v2.0",
    "data": [
        {
            "title": "BERT",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "q0",
                            "question": "When?",
                            "answers": [{"text": "2018", "answer_start": 22}],
                            "is_impossible": False,
                        },
                        {
                            "id": "q1",
                            "question": "By whom?",
                            "answers": [],
                            "is_impossible": True,
                        },
                    ],
                }
            ],
        }
    ],
}


def read(tmp_path, content, **kwargs):
    file = tmp_path / "squad.json"
    file.write_text(
        content if isinstance(content, str) else json.dumps(content)
    )
    return list(data.read_squad(str(file), **kwargs))


def test_questions_come_with_contexts_and_answers(tmp_path):
    questions = read(tmp_path, FILE, version_2_with_negative=True)
    assert questions == [
        data.SquadQuestion("q0", "When?", CONTEXT, (data.Answer("2018", 22),)),
        data.SquadQuestion("q1", "By whom?", CONTEXT, is_impossible=True),
    ]


def test_impossible_questions_need_version_2(tmp_path):
    with pytest.raises(ValueError, match=r"qas\[1\].*version_2_with_negative"):
        read(tmp_path, FILE)


def test_questions_to_predict_need_no_answers(tmp_path):
    content = copy.deepcopy(FILE)
    for qa in content["data"][0]["paragraphs"][0]["qas"]:
        del qa["answers"]
    questions = read(tmp_path, content, need_answers=False)
    assert [question.answers for question in questions] == [(), ()]


def broken(change):
    content = copy.deepcopy(FILE)
    change(content["data"][0]["paragraphs"][0])
    return content


def answer(paragraph):
    return paragraph["qas"][0]["answers"][0]


AT = r"data\[0\]\.paragraphs\[0\]"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"data": [\n  {"title": }\n]}', r"JSON.*: line 2 column 13"),
        ("[]", r"form.*squad\.json'.*got `array`"),
        ("[" * 200_000, r"nested.*squad\.json"),
        (broken(lambda p: p.update(context="\ud800")), r"lone surrogate"),
        ({"version": "1"}, r"The JSON must have a field 'data' of type list"),
        ({"data": []}, r"must have questions"),
        ({"data": [{"paragraphs": 3}]}, r"^data\[0\] must .*'paragraphs'"),
        ({"data": [{"paragraphs": [1]}]}, rf"^{AT} .*object"),
        (broken(lambda p: p.pop("context")), rf"^{AT} .*'context'"),
        (broken(lambda p: p["qas"][1].pop("id")), rf"^{AT}\.qas\[1\] .*'id'"),
        (
            broken(lambda p: p["qas"][1].update(id="q0")),
            rf"^{AT}\.qas\[1\] .*'q0' again",
        ),
        (
            broken(lambda p: answer(p).update(answer_start=21)),
            rf"^{AT}\.qas\[0\]\.answers\[0\] .*'2018' at start=21",
        ),
        (
            broken(lambda p: answer(p).update(answer_start="22")),
            rf"^{AT}\.qas\[0\]\.answers\[0\] .*'answer_start' of type int",
        ),
        (
            broken(lambda p: p["qas"][0].update(answers=[])),
            rf"^{AT}\.qas\[0\] .*an answer",
        ),
    ],
)
def test_bad_input_is_named_by_its_place(tmp_path, content, message):
    with pytest.raises(ValueError, match=message) as error:
        read(tmp_path, content, version_2_with_negative=True)
    assert "squad.json" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "num_questions", "num_impossible"),
    # From the data's own description.
    [("dev-v1.1", 10_570, 0), ("dev-v2.0", 11_873, 5_945)],
)
def test_the_official_files_are_read_whole(
    data_folder, name, num_questions, num_impossible
):
    file = data_folder / "squad" / f"{name}.json.gz"
    questions = list(data.read_squad(str(file), version_2_with_negative=True))
    assert len(questions) == num_questions
    assert sum(q.is_impossible for q in questions) == num_impossible
