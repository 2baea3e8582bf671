"""create_finetuning_data makes records that train, or says why not."""

import json
import re
import resource
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data
from tests.official_runs.program.running_program import RunningProgram

VOCABULARY = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] a b c week ##end in rome Rome 1895 ? ."
).split()
CONTEXT = "In Rome. In 1895. A week."
SQUAD = {
    "data": [
        {
            "title": "t",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "0",
                            "question": "?",
                            "answers": [{"text": "1895", "answer_start": 12}],
                        },
                        {
                            "id": "1",
                            "question": "c?",
                            "answers": [],
                            "is_impossible": True,
                        },
                    ],
                }
            ],
        }
    ]
}


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.create_finetuning_data") as program:
        yield program


@pytest.fixture
def paths(tmp_path):
    """Flags that every run needs."""
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    return {
        "vocab_file": tmp_path / "vocab.txt",
        "train_data_output_path": tmp_path / "out" / "train.tfrecord",
        "meta_data_file_path": tmp_path / "out" / "meta_data",
        "max_seq_length": 12,
    }


def read(file, features):
    """Gives all examples of a file as one batch."""
    size = sum(1 for _ in tf.data.TFRecordDataset([str(file)]))
    (batch,) = data.evaluation_batches(
        str(file), features, size, sequence_length=12
    )
    return {name: values.numpy() for name, values in batch.items()}


def pieces(batch):
    return [
        " ".join(VOCABULARY[id] for id in row if id)
        for row in batch["input_word_ids"]
    ]


def test_a_task_of_glue_becomes_three_files_and_meta_data(
    program, paths, tmp_path
):
    (tmp_path / "train.tsv").write_text("sentence\tlabel\na b\t1\nWeekend\t0\n")
    (tmp_path / "dev.tsv").write_text("sentence\tlabel\nc\t0\n")
    (tmp_path / "test.tsv").write_text("index\tsentence\n0\tin\n")
    outputs = {
        "eval_data_output_path": tmp_path / "out" / "dev.tfrecord",
        "test_data_output_path": tmp_path / "out" / "test.tfrecord",
    }
    code, stderr = program.run(
        classification_task_name="SST-2",
        input_data_dir=tmp_path,
        **paths,
        **outputs,
    )
    assert code == 0, stderr
    train = read(paths["train_data_output_path"], data.features.CLASSIFICATION)
    assert pieces(train) == ["[CLS] a b [SEP]", "[CLS] week ##end [SEP]"]
    np.testing.assert_array_equal(train["label_ids"], [1, 0])
    dev = read(outputs["eval_data_output_path"], data.features.CLASSIFICATION)
    assert pieces(dev) == ["[CLS] c [SEP]"]
    test = read(outputs["test_data_output_path"], data.features.ENCODER)
    assert pieces(test) == ["[CLS] in [SEP]"]
    # The keys and values of Model Garden's script, and two more.
    assert json.loads(paths["meta_data_file_path"].read_text()) == {
        "processor_type": "SST-2",
        "task_type": "bert_classification",
        "num_labels": 2,
        "max_seq_length": 12,
        "train_data_size": 2,
        "eval_data_size": 1,
        "test_data_size": 1,
        "label_list": ["0", "1"],
        "metrics": ["accuracy"],
    }


def test_own_tables_bring_their_columns_and_classes(program, paths, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text('q,d,class\na,"b, c",yes\nRome,in,no\n')
    code, stderr = program.run(
        train_file=file,
        text_columns="q,d",
        label_column="class",
        do_lower_case=False,
        **paths,
    )
    assert code == 0, stderr
    train = read(paths["train_data_output_path"], data.features.CLASSIFICATION)
    assert pieces(train)[1] == "[CLS] Rome [SEP] in [SEP]"
    np.testing.assert_array_equal(train["label_ids"], [1, 0])
    meta_data = json.loads(paths["meta_data_file_path"].read_text())
    assert meta_data["label_list"] == ["no", "yes"]


def test_a_table_without_a_header_has_numbered_columns(
    program, paths, tmp_path
):
    file = tmp_path / "own.csv"
    file.write_text('a,"b, c",yes\nRome,in, no\nb,in,no\n')
    columns = {"text_columns": "0,1", "label_column": "2"}
    code, stderr = program.run(train_file=file, **columns, **paths)
    assert code == 1
    assert "--noheader" in stderr
    assert "columns=['a', 'b, c', 'yes']" in stderr
    code, stderr = program.run(
        train_file=file, header=False, **columns, **paths
    )
    assert code == 0, stderr
    assert "2 classes (rows): no (2), yes (1)" in stderr
    train = read(paths["train_data_output_path"], data.features.CLASSIFICATION)
    assert pieces(train)[2] == "[CLS] b [SEP] in [SEP]"
    np.testing.assert_array_equal(train["label_ids"], [1, 0, 0])


def test_scores_are_floats(program, paths, tmp_path):
    file = tmp_path / "own.jsonl"
    file.write_text('{"t": "a", "y": 2.5}\n{"t": "b", "y": -1}\n')
    code, stderr = program.run(
        fine_tuning_task_type="regression",
        train_file=file,
        text_columns="t",
        label_column="y",
        **paths,
    )
    assert code == 0, stderr
    train = read(paths["train_data_output_path"], data.features.REGRESSION)
    np.testing.assert_array_equal(train["label_ids"], [2.5, -1])
    meta_data = json.loads(paths["meta_data_file_path"].read_text())
    assert meta_data["task_type"] == "bert_regression"
    assert meta_data["label_type"] == "float"


def test_broken_rows_that_are_dropped_are_said(program, paths, tmp_path):
    file = tmp_path / "train.tsv"
    file.write_text("question1\tquestion2\tis_duplicate\na\tb\t1\nc\nb\tc\t0\n")
    code, said = program.run(
        **paths, classification_task_name="QQP", train_file=file
    )
    assert code == 0, said
    assert f"{file}: dropped 1 broken rows" in said.splitlines()
    train = read(paths["train_data_output_path"], data.features.CLASSIFICATION)
    assert pieces(train) == ["[CLS] a [SEP] b [SEP]", "[CLS] b [SEP] c [SEP]"]


def test_squad_becomes_windows(program, paths, tmp_path):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD))
    code, stderr = program.run(
        fine_tuning_task_type="squad",
        squad_data_file=file,
        version_2_with_negative=True,
        max_query_length=2,
        doc_stride=4,
        **paths,
    )
    assert code == 0, stderr
    train = read(paths["train_data_output_path"], data.features.SPAN_LABELING)
    # 9 pieces of context, of which 8 fit beside "?", and 7 beside "c ?".
    assert pieces(train) == [
        "[CLS] ? [SEP] in rome . in 1895 . a week [SEP]",
        "[CLS] ? [SEP] 1895 . a week . [SEP]",
        "[CLS] c ? [SEP] in rome . in 1895 . a [SEP]",
        "[CLS] c ? [SEP] 1895 . a week . [SEP]",
    ]
    np.testing.assert_array_equal(train["start_positions"], [7, 3, 0, 0])
    np.testing.assert_array_equal(train["end_positions"], [7, 3, 0, 0])
    assert json.loads(paths["meta_data_file_path"].read_text()) == {
        "task_type": "bert_squad",
        "train_data_size": 4,
        "max_seq_length": 12,
        "max_query_length": 2,
        "doc_stride": 4,
        "version_2_with_negative": True,
    }


def test_tags_are_found_and_written(program, paths, tmp_path):
    file = tmp_path / "own.conll"
    file.write_text("a\tO\nWeekend\tB\n\nRome\tA\n")
    code, stderr = program.run(
        fine_tuning_task_type="tagging", train_file=file, **paths
    )
    assert code == 0, stderr
    train = read(paths["train_data_output_path"], data.features.TAGGING)
    assert pieces(train) == ["[CLS] a week ##end [SEP]", "[CLS] rome [SEP]"]
    np.testing.assert_array_equal(
        train["label_ids"],
        [[-1, 0, 2, -1] + [-1] * 8, [-1, 1] + [-1] * 10],
    )
    meta_data = json.loads(paths["meta_data_file_path"].read_text())
    assert meta_data["label_list"] == ["O", "A", "B"]


@pytest.mark.parametrize(
    ("content", "flags", "message"),
    [
        ("sentence\tlabel\na\t1\nb\t7\n", {}, "label='7', .*line=3"),
        ("sentence\na\n", {}, r"line=1, missing=\['label'\]"),
        ("", {}, "must not be empty"),
        (b"sentence\tlabel\na\t1\n\xff\t0\n", {}, "UTF-8.*line=3"),
        (
            "{]",
            {"fine_tuning_task_type": "squad"},
            "JSON text must be whole.*train.tsv.*line 1 column 2",
        ),
        ("a\tO\nb\n", {"fine_tuning_task_type": "tagging"}, "line=2"),
        (None, {}, "train.tsv"),
        (None, {"train_file": ""}, "--train_file=: a path must not be empty"),
        ("sentence\tlabel\na\t1\n", {"vocab_file": "none"}, "vocab_file=none"),
        (
            "sentence\tlabel\na\t1\n",
            {"fine_tuning_task_type": "regression"},
            "labels are numbers",
        ),
        ("sentence\tlabel\na\t1\n", {"max_seq_length": 3}, "max_seq_length=3"),
        (
            "sentence\tlabel\na\t1\n",
            {"train_data_output_path": ""},
            "--train_data_output_path=: a path must not be empty",
        ),
        (
            "sentence\tlabel\na\t1\n",
            {"train_data_output_path": "x", "meta_data_file_path": "x"},
            "must not share a path",
        ),
    ],
)
def test_bad_input_ends_with_one_line_and_no_output(
    program, paths, tmp_path, content, flags, message
):
    file = tmp_path / "train.tsv"
    if content is not None:
        file.write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
    flags = {
        "classification_task_name": "SST-2",
        "train_file": file,
        **paths,
        **flags,
    }
    code, stderr = program.run(**flags)
    assert code == 1
    error = stderr.splitlines()[-1]
    assert error.startswith("Error: ")
    assert "Traceback" not in stderr
    assert re.search(message, error), error
    assert not list(tmp_path.glob("out/*"))


def test_nothing_is_overwritten_unless_told(program, paths, tmp_path):
    file = tmp_path / "train.tsv"
    file.write_text("sentence\tlabel\na\t1\n")
    output = paths["train_data_output_path"]
    output.parent.mkdir()
    output.write_text("mine")
    flags = {
        "classification_task_name": "SST-2",
        "train_file": file,
        **paths,
    }
    code, stderr = program.run(**flags)
    assert code == 1
    assert f"path='{output}', which exists" in stderr
    assert output.read_text() == "mine"
    assert list(output.parent.iterdir()) == [output]
    code, stderr = program.run(**flags, overwrite=True)
    assert code == 0, stderr
    assert len(read(output, data.features.CLASSIFICATION)["label_ids"]) == 1


def test_a_full_disk_leaves_nothing_that_looks_finished(paths, tmp_path):
    file = tmp_path / "train.tsv"
    file.write_text("sentence\tlabel\n" + "a b c\t1\n" * 1000)
    command = [
        *(sys.executable, "-m", "official_runs.create_finetuning_data"),
        *("--classification_task_name=SST-2", f"--train_file={file}"),
        *(f"--{name}={value}" for name, value in paths.items()),
    ]

    def fill_the_disk():
        # No file can grow beyond this, in bytes.
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    ended = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=fill_the_disk
    )
    assert ended.returncode == 1
    error = ended.stderr.splitlines()[-1]
    assert error.startswith("Error: ")
    assert "train.tfrecord" in error
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.data
@pytest.mark.parametrize(
    ("flags", "folder", "size"),
    # Sizes from the data's own description.
    [
        ({"classification_task_name": "SST-2"}, "sst2", 872),
        ({"classification_task_name": "STS-B"}, "stsb", 1500),
        (
            {"fine_tuning_task_type": "tagging", "tagging_task_name": "wnut17"},
            "wnut17",
            1009,
        ),
    ],
)
def test_real_tasks_are_converted_whole(
    program, paths, tmp_path, data_folder, flags, folder, size
):
    del paths["train_data_output_path"]
    paths["max_seq_length"] = 384
    output = tmp_path / "out" / "dev.tfrecord"
    code, stderr = program.run(
        input_data_dir=data_folder / folder,
        eval_data_output_path=output,
        **flags,
        **paths,
    )
    assert code == 0, stderr
    meta_data = json.loads(paths["meta_data_file_path"].read_text())
    assert meta_data["eval_data_size"] == size
    assert sum(1 for _ in tf.data.TFRecordDataset([str(output)])) == size
