"""read_text_examples turns tables into texts and labels by a task's row."""

import pytest

from nlp_modeling import data

# One line of each file as GLUE's archives have it: header (or none), a row,
# and what the row says.
GLUE_FILES = {
    "COLA": (
        "gj04\t0\t*\tThey drank the pub.\n",
        ("They drank the pub.",),
        0,
    ),
    "SST-2": ("sentence\tlabel\ncharming \t1\n", ("charming ",), 1),
    "MRPC": (
        "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tA\tB\n",
        ("A", "B"),
        1,
    ),
    "STS-B": (
        "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\t"
        "sentence1\tsentence2\tscore\n"
        "0\tg\tf\ty\t1\ts\ts\tA\tB\t3.800\n",
        ("A", "B"),
        3.8,
    ),
    "QQP": (
        "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"
        '1\t2\t3\tA\tB\t1\n"\tcut off?\t0\n',
        ("A", "B"),
        1,
    ),
    "MNLI": (
        "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\t"
        "sentence2_binary_parse\tsentence1_parse\tsentence2_parse\t"
        "sentence1\tsentence2\tlabel1\tgold_label\n"
        "0\t1\t1n\tg\tp\tp\tp\tp\tA\tB\tneutral\tentailment\n",
        ("A", "B"),
        1,
    ),
    "QNLI": (
        "index\tquestion\tsentence\tlabel\n0\tA\tB\tnot_entailment\n",
        ("A", "B"),
        1,
    ),
    "RTE": (
        "index\tsentence1\tsentence2\tlabel\n0\tA\tB\tentailment\n",
        ("A", "B"),
        0,
    ),
    "WNLI": ("index\tsentence1\tsentence2\tlabel\n0\tA\tB\t0\n", ("A", "B"), 0),
}


@pytest.mark.parametrize("name", GLUE_FILES)
def test_a_line_of_each_task_of_glue_is_read(tmp_path, name):
    content, texts, label = GLUE_FILES[name]
    file = tmp_path / "train.tsv"
    file.write_text(content)
    examples = list(data.read_text_examples(str(file), data.TEXT_TASKS[name]))
    assert examples == [(texts, label)]
    assert type(examples[0].label) is type(label)


def test_test_files_name_their_columns_and_have_no_labels(tmp_path):
    file = tmp_path / "test.tsv"
    file.write_text("index\tsentence\n0\tBill whistled.\n")
    examples = data.read_text_examples(
        str(file), data.TEXT_TASKS["COLA"], labeled=False
    )
    assert list(examples) == [(("Bill whistled.",), None)]


def test_the_table_holds_all_of_glue():
    assert {*GLUE_FILES, "MNLI-MISMATCHED", "AX"} < set(data.TEXT_TASKS)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "SST-2",
            "sentence\tlabel\nx\t0\ny\t2\n",
            r"\['0', '1'\].*'2'.*line=3",
        ),
        ("SST-2", "sentence\tscore\nx\t0\n", r"line=1.*missing=\['label'\]"),
        ("STS-B", "sentence1\tsentence2\tscore\na\tb\tx\n", r"number.*line=2"),
        ("STS-B", "sentence1\tsentence2\tscore\na\tb\tnan\n", r"'nan'.*line=2"),
    ],
)
def test_a_bad_label_is_named_with_its_line(tmp_path, name, content, message):
    file = tmp_path / "train.tsv"
    file.write_text(content)
    with pytest.raises(ValueError, match=message):
        list(data.read_text_examples(str(file), data.TEXT_TASKS[name]))


def test_a_text_that_is_no_string_is_an_error(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": null, "label": 1}\n')
    task = data.TextTask(("text",), labels=("0", "1"))
    with pytest.raises(ValueError, match="must be a string.*line=1"):
        list(data.read_text_examples(str(file), task))


def test_labels_that_nobody_listed_are_found_and_sorted(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("text,stars\na,10\nb,9\nc,10\n")
    assert data.read_labels(str(file), "stars") == ("9", "10")


def test_one_label_is_no_task(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("text,stars\na,1\n")
    with pytest.raises(ValueError, match=r"two classes.*\['1'\]"):
        data.read_labels(str(file), "stars")


def test_a_task_has_one_text_column_or_two():
    with pytest.raises(ValueError, match="one text column or two"):
        data.TextTask(())


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "folder", "sizes"),
    # From the data's own description.
    [("SST-2", "sst2", (67_349, 872)), ("STS-B", "stsb", (5_749, 1_500))],
)
def test_real_files_of_glue_are_read_whole(data_folder, name, folder, sizes):
    task = data.TEXT_TASKS[name]
    for split, size in zip(
        (task.train_file, task.eval_file), sizes, strict=True
    ):
        file = data_folder / folder / f"{split}.gz"
        examples = list(data.read_text_examples(str(file), task))
        assert len(examples) == size
        assert all(text.strip() for example in examples for text in example[0])


@pytest.mark.parametrize(
    "name, content, line",
    [
        ("a.jsonl", '{"t": "a", "l": "pos"}\n{"t": "b", "l": null}\n', 2),
        ("a.jsonl", '{"t": "a", "l": "pos"}\n{"t": "b", "l": NaN}\n', 2),
        ("a.jsonl", '{"t": "a", "l": 1}\n{"t": "b", "l": [1]}\n', 2),
        ("a.csv", "t,l\na,pos\nb,neg\nc,\n", 4),
        ("a.csv", "t,l\na,pos\nb,neg\nc, \n", 4),
    ],
)
def test_a_row_without_a_label_is_named(tmp_path, name, content, line):
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(ValueError, match=f"must have a label.*line={line}"):
        data.read_labels(str(file), "l")
    task = data.TextTask(("t",), "l", ("pos", "1", "neg", "None"))
    with pytest.raises(ValueError, match=f"must be one of.*line={line}"):
        list(data.read_text_examples(str(file), task))
    task = data.TextTask(("t",), "l")
    with pytest.raises(ValueError, match="finite number"):
        list(data.read_text_examples(str(file), task))


@pytest.mark.parametrize(
    "name, content, labels",
    [
        ("a.csv", "t,l\na,neg \nb,neg\nc, pos\n", ("neg", "pos")),
        ("a.csv", "t,l\na,10\nb,1.0\nc,1\nd,+1.00\n", ("1", "10")),
        ("a.csv", "t,l\na,01\nb,1\n", ("01", "1")),
        ("a.csv", "t,l\na,2.50\nb,-1.0\nc,2.5\nd,-1\n", ("-1", "2.5")),
        ("a.jsonl", '{"t": "a", "l": 1}\n{"t": "b", "l": 2.0}\n', ("1", "2")),
    ],
)
def test_one_class_has_one_name(tmp_path, caplog, name, content, labels):
    file = tmp_path / name
    file.write_text(content)
    with caplog.at_level("INFO"):
        assert data.read_labels(str(file), "l") == labels
    assert f"{len(labels)} classes (rows): " in caplog.text
    # Labels that a user lists are matched alike.
    listed = tuple(f" {label}" for label in labels)
    task = data.TextTask(("t",), "l", listed)
    found = {each.label for each in data.read_text_examples(str(file), task)}
    assert found == {0, 1}


def test_the_log_counts_the_rows_of_a_class(tmp_path, caplog):
    file = tmp_path / "a.csv"
    file.write_text("t,l\na,x\nb,y\nc,x\n")
    with caplog.at_level("INFO"):
        data.read_labels(str(file), "l")
    assert "2 classes (rows): x (2), y (1)" in caplog.text


def test_listed_labels_that_are_one_class_are_refused():
    with pytest.raises(ValueError, match="Labels must differ"):
        data.TextTask(("t",), labels=("1", "1.0"))


def test_a_file_without_a_header_has_numbered_columns(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("good,1\nbad,0\n")
    task = data.TextTask(("0",), "1", ("0", "1"), header=())
    examples = [(("good",), 1), (("bad",), 0)]
    assert list(data.read_text_examples(str(file), task)) == examples
    unlabeled = [texts for texts, _ in examples]
    read = data.read_text_examples(str(file), task, labeled=False)
    assert [example.texts for example in read] == unlabeled
