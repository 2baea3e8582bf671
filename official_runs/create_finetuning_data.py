r"""Makes TFRecord files of fine-tuning examples from the files of a task.

  python -m official_runs.create_finetuning_data \
    --classification_task_name=SST-2 \
    --input_data_dir=/data/glue/SST-2 \
    --vocab_file=/data/vocab.txt \
    --train_data_output_path=/data/sst2/train.tfrecord \
    --eval_data_output_path=/data/sst2/dev.tfrecord \
    --meta_data_file_path=/data/sst2/meta_data

A task is a row of a table (`data.TEXT_TASKS`, `data.TAGGING_TASKS`), or your
own files: `--train_file`, `--eval_file` and `--test_file`, as tables (TSV, CSV,
JSON lines) with `--text_columns`, in SQuAD's format, or in CoNLL's columns.
Test examples are written without labels.
"""

import contextlib
import json
import os
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf
from absl import flags

from nlp_modeling import data, text
from official_runs.progress import Progress
from official_runs.run_program import run_program

_TASK_TYPE = flags.DEFINE_enum(
    "fine_tuning_task_type",
    "classification",
    ["classification", "regression", "squad", "tagging"],
    "What is predicted.",
)
_TEXT_TASK = flags.DEFINE_enum(
    "classification_task_name",
    "MNLI",
    list(data.TEXT_TASKS),
    "The task's row, unless --text_columns names your own.",
    case_sensitive=False,
)
_MNLI_TYPE = flags.DEFINE_enum(
    "mnli_type", "matched", ["matched", "mismatched"], "MNLI's eval and test."
)
_TAGGING_TASK = flags.DEFINE_enum(
    "tagging_task_name", None, list(data.TAGGING_TASKS), "The task's row."
)
_INPUT_DIR = flags.DEFINE_string(
    "input_data_dir", None, "Folder with the files that the task's row names."
)
_INPUTS = {
    "train": flags.DEFINE_string("train_file", None, "Instead: this file."),
    "eval": flags.DEFINE_string("eval_file", None, "Instead: this file."),
    "test": flags.DEFINE_string("test_file", None, "Instead: this file."),
}
_SQUAD_FILE = flags.DEFINE_string(
    "squad_data_file", None, "The same as --train_file, for SQuAD."
)
_TEXT_COLUMNS = flags.DEFINE_list(
    "text_columns", None, "Your own columns of text, one or two."
)
_LABEL_COLUMN = flags.DEFINE_string(
    "label_column", "label", "Your own column of classes or numbers."
)
_LABELS = flags.DEFINE_list(
    "labels", None, "Your own classes or tags; unless given, the train file's."
)
_VOCAB = flags.DEFINE_string("vocab_file", None, "vocab.txt.", required=True)
_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case", True, "Lower-case text and strip accents: uncased models."
)
_SEQ_LENGTH = flags.DEFINE_integer(
    "max_seq_length", 128, "Of an example, in word pieces; it is padded to it."
)
_QUERY_LENGTH = flags.DEFINE_integer(
    "max_query_length", 64, "The most word pieces kept of a SQuAD question."
)
_DOC_STRIDE = flags.DEFINE_integer(
    "doc_stride", 128, "Word pieces between the starts of two SQuAD windows."
)
_VERSION_2 = flags.DEFINE_bool(
    "version_2_with_negative", False, "SQuAD questions may be impossible."
)
_OUTPUTS = {
    split: flags.DEFINE_string(
        f"{split}_data_output_path", None, f"The TFRecord of {split} examples."
    )
    for split in _INPUTS
}
_META_DATA = flags.DEFINE_string(
    "meta_data_file_path", None, "JSON that describes them.", required=True
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")


class Conversion(NamedTuple):
    """How the files of a task become records."""

    files: dict[str, str]  # For each split.
    read: Callable  # (file, labeled) to what the file holds, one by one.
    encode: Callable  # (what a file holds, labeled) to records.
    meta_data: dict  # What readers of the records want to know.


def input_file(split, task=None) -> str:
    """Gives the file of a split, which a flag or the task's row names."""
    file = _INPUTS[split].value
    if split == "train":
        file = file or _SQUAD_FILE.value
    name = getattr(task, f"{split}_file", None)
    if not file and name and _INPUT_DIR.value:
        file = os.path.join(_INPUT_DIR.value, name)
        packed = f"{file}.gz"
        if not tf.io.gfile.exists(file) and tf.io.gfile.exists(packed):
            file = packed
    if not file:
        raise ValueError(
            f"The {split} examples need --{split}_file, or --input_data_dir "
            "and a task that has such a file. Received: "
            f"input_data_dir={_INPUT_DIR.value}, the task's file={name}."
        )
    return file


def input_files(task=None) -> dict[str, str]:
    """Gives the file of each split whose records are asked for."""
    splits = [split for split, output in _OUTPUTS.items() if output.value]
    if not splits:
        raise ValueError(
            "A --*_data_output_path must say where to write. Received: none."
        )
    return {split: input_file(split, task) for split in splits}


def convert_texts(tokenizer) -> Conversion:
    """Texts or pairs of texts, with classes or scores."""
    name = _TEXT_TASK.value
    if name == "MNLI" and _MNLI_TYPE.value == "mismatched":
        name = "MNLI-MISMATCHED"
    if _TEXT_COLUMNS.value:
        name, task = "own", own_text_task()
    else:
        task = data.TEXT_TASKS[name]
    if _TASK_TYPE.value == "regression" and task.labels:
        raise ValueError(
            "Regression needs a task whose labels are numbers. Received: "
            f"classification_task_name={name}, labels={task.labels}."
        )
    meta_data = {"processor_type": name, "metrics": task.metrics}
    if task.labels:
        meta_data["task_type"] = "bert_classification"
        meta_data["num_labels"] = len(task.labels)
        meta_data["label_list"] = task.labels
    else:
        meta_data["task_type"] = "bert_regression"
        meta_data["label_type"] = "float"
    return Conversion(
        input_files(task),
        lambda file, labeled: data.read_text_examples(file, task, labeled),
        lambda examples, labeled: data.encode_text_examples(
            examples, tokenizer, _SEQ_LENGTH.value
        ),
        meta_data,
    )


def own_text_task() -> data.TextTask:
    """Builds a row of the table from flags."""
    columns = _TEXT_COLUMNS.value, _LABEL_COLUMN.value
    if _TASK_TYPE.value == "regression":
        return data.TextTask(*columns, metrics=("pearson", "spearman"))
    labels = _LABELS.value or data.read_labels(input_file("train"), columns[1])
    return data.TextTask(*columns, labels=tuple(labels))


def convert_squad(tokenizer) -> Conversion:
    """Questions and windows of their contexts."""

    def read(file, labeled):
        return data.read_squad(file, _VERSION_2.value, need_answers=labeled)

    def encode(questions, labeled):
        windows = data.squad_windows(
            questions,
            tokenizer,
            _SEQ_LENGTH.value,
            _DOC_STRIDE.value,
            _QUERY_LENGTH.value,
        )
        return data.encode_squad_windows(
            windows, tokenizer, _SEQ_LENGTH.value, labeled
        )

    meta_data = {
        "task_type": "bert_squad",
        "max_query_length": _QUERY_LENGTH.value,
        "doc_stride": _DOC_STRIDE.value,
        "version_2_with_negative": _VERSION_2.value,
    }
    return Conversion(input_files(), read, encode, meta_data)


def convert_tagging(tokenizer) -> Conversion:
    """Sentences whose words carry tags."""
    name = _TAGGING_TASK.value
    task = data.TAGGING_TASKS.get(name, data.TaggingTask())
    tags = _LABELS.value or task.tags
    tags = tuple(tags or data.read_tags(input_file("train", task)))

    def encode(sentences, labeled):
        windows = data.tagging_windows(
            sentences, tokenizer, tags, _SEQ_LENGTH.value
        )
        return data.encode_tagging_windows(
            windows, tokenizer, _SEQ_LENGTH.value
        )

    meta_data = {
        "task_type": "tagging",
        "processor_type": name or "own",
        "label_type": "int",
        "label_shape": [_SEQ_LENGTH.value],
        "num_labels": len(tags),
        "label_list": tags,
    }
    return Conversion(
        input_files(task),
        lambda file, labeled: data.read_conll(file, tags, labeled),
        encode,
        meta_data,
    )


def write_records(task, split, examples, path) -> int:
    """Writes the records of a split, and gives their number."""
    count = 0
    with (
        Progress(split, total=len(examples)) as progress,
        tf.io.TFRecordWriter(path) as writer,
    ):

        def counted():
            for example in examples:
                progress.add(1)
                yield example

        for record in task.encode(counted(), split != "test"):
            writer.write(record)
            progress.add(0, len(record))
            count += 1
    return count


def main():
    tokenizer = text.BertTokenizer(_VOCAB.value, lower_case=_LOWER_CASE.value)
    convert = {"squad": convert_squad, "tagging": convert_tagging}
    task = convert.get(_TASK_TYPE.value, convert_texts)(tokenizer)
    meta_data = {**task.meta_data, "max_seq_length": _SEQ_LENGTH.value}
    flags_of = {"meta": _META_DATA, **_OUTPUTS}
    paths = {
        split: flag.value for split, flag in flags_of.items() if flag.value
    }
    if len(set(paths.values())) < len(paths):
        raise ValueError(f"Outputs must not share a path. Received: {paths}.")
    with contextlib.ExitStack() as stack:
        # The first to be entered appears last.
        outputs = {
            split: stack.enter_context(
                data.whole_output(path, _OVERWRITE.value)
            )
            for split, path in paths.items()
        }
        # Bad input ends here, before the work.
        inputs = {
            split: list(task.read(file, split != "test"))
            for split, file in task.files.items()
        }
        for split, examples in inputs.items():
            meta_data[f"{split}_data_size"] = write_records(
                task, split, examples, outputs[split]
            )
        with tf.io.gfile.GFile(outputs["meta"], "w") as file:
            file.write(json.dumps(meta_data, indent=4) + "\n")


if __name__ == "__main__":
    run_program(main)
