"""run_tagging takes CoNLL's files to a measured tagger, or ends in one line."""

import json
import shutil

import pytest

from nlp_modeling import data, evaluation
from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.run_tagging") as running:
        yield running


@pytest.fixture(scope="module")
def flags(tmp_path_factory):
    """Sentences, some of which are cut into windows."""
    folder = tmp_path_factory.mktemp("tags")
    tiny_finetuning.write_tags(folder)
    common = tiny_finetuning.write_common(folder)
    with open(common["gin_file"], "a") as file:  # The words alone decide.
        file.write("TransformerEncoder.dropout_rate = 0.0\n")
        file.write("TransformerEncoder.attention_dropout_rate = 0.0\n")
    return {**common, "input_data_dir": folder, "max_seq_length": 8}


@pytest.fixture(scope="module")
def finished(program, flags, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("run")
    code, log = program.run(**flags, model_dir=model_dir)
    assert code == 0, log
    return model_dir


def scores(model_dir):
    found = json.loads((model_dir / "scores.json").read_text())
    return {name: value["mean"] for name, value in found.items()}


def columns(path):
    """The sentences of a file, each a list of lists of fields."""
    sentences = path.read_text().strip().split("\n\n")
    return [[x.split() for x in each.splitlines()] for each in sentences]


def test_tags_are_learned_from_their_files(finished):
    assert scores(finished)["f1"] > 0.8
    assert scores(finished)["test_f1"] > 0.8


def test_tags_are_those_of_the_train_file(finished):
    task = json.loads((finished / "model" / "task.json").read_text())
    assert task["labels"] == ["O", "B-x", "I-x"]


@pytest.mark.parametrize(
    "split, file, prefix", [("eval", "dev", ""), ("test", "test", "test_")]
)
def test_the_columns_that_are_written_have_the_scores(
    finished, flags, split, file, prefix
):
    written = columns(finished / "predictions" / f"{split}.conll")
    path = flags["input_data_dir"] / f"{file}.conll"
    given = list(data.read_conll(str(path)))
    assert [tuple(row[0] for row in each) for each in written] == [
        sentence.words for sentence in given
    ]
    assert [tuple(row[1] for row in each) for each in written] == [
        sentence.tags for sentence in given
    ]
    found = evaluation.entity_scores(
        [sentence.tags for sentence in given],
        [[row[2] for row in each] for each in written],
    )
    for name, value in found.items():
        assert scores(finished)[f"{prefix}{name}"] == pytest.approx(value)


def test_words_without_tags_are_tagged(program, flags, finished, tmp_path):
    written = columns(finished / "predictions" / "test.conll")
    words = [[row[0] for row in sentence] for sentence in written]
    test_file = tmp_path / "words.conll"
    test_file.write_text("\n\n".join("\n".join(each) for each in words))
    code, log = program.run(
        **flags, mode="predict", test_file=test_file, model_dir=finished
    )
    assert code == 0, log
    again = columns(finished / "predictions" / "test.conll")
    assert again == [[[w, p] for w, _, p in each] for each in written]


def test_every_row_of_a_file_has_a_prediction(
    program, flags, finished, tmp_path
):
    """Also a row whose word is empty or a space."""
    words = ["ba", "", "\u00a0", "zo zu"]
    test_file = tmp_path / "words.conll"
    test_file.write_text("".join(f"{word}\tO\n" for word in words))
    folder = shutil.copytree(finished, tmp_path / "run")
    code, log = program.run(
        **flags, mode="predict", test_file=test_file, model_dir=folder
    )
    assert code == 0, log
    written = folder / "predictions" / "test.conll"
    rows = [line.split("\t") for line in written.read_text().splitlines()[:-1]]
    assert [row[0] for row in rows] == words
    assert {len(row) for row in rows} == {3}


def test_an_unknown_tag_is_no_word_without_a_tag(program, flags, tmp_path):
    (tmp_path / "test.conll").write_text("ba\tB-y\n")
    code, log = program.run(
        **flags,
        test_file=tmp_path / "test.conll",
        model_dir=tmp_path / "run",
    )
    assert code == 1
    assert "tag='B-y'" in log


def test_records_alone_are_enough(program, flags, finished, tmp_path):
    """Of records, whose words nobody knows, each is a sentence."""
    (train,) = (finished / "records").glob("train-*")
    (dev,) = (finished / "records").glob("eval-*")
    unnamed = {k: v for k, v in flags.items() if k != "input_data_dir"}
    code, log = program.run(
        **unnamed,
        train_data_path=train,
        eval_data_path=dev,
        labels="O,B-x,I-x",
        model_dir=tmp_path,
    )
    assert code == 0, log
    assert scores(tmp_path)["accuracy"] == scores(finished)["accuracy"]


def test_every_task_with_settings_runs(program, flags, tmp_path):
    for split in ("train", "dev"):
        (tmp_path / f"{split}.conll").write_text("ba\tB-person\nbe\tO\n")
    code, log = program.run(
        **{**flags, "input_data_dir": tmp_path},
        task="wnut17",
        num_train_steps=1,
        model_dir=tmp_path / "run",
    )
    assert code == 0, log


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"labels": "O,B-y"}, "tag='"),
        ({"train_file": "nowhere.conll"}, "nowhere.conll"),
        ({"input_data_dir": "nowhere"}, "--input_data_dir=nowhere"),
        ({"max_seq_length": 2}, "max_seq_length=2"),
        ({"mode": "predict"}, "must have a model"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_bad_use_ends_in_one_line(program, flags, tmp_path, wrong, said):
    code, log = program.run(**{**flags, **wrong}, model_dir=tmp_path / "run")
    assert code == 1
    assert said in log
    assert log.strip().splitlines()[-1].startswith("Error: ")
