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

from absl import flags

from official_runs.finetuning.task_rows import TAGGING_TASKS, TEXT_TASKS
from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_TASK_TYPE = flags.DEFINE_enum(
    "fine_tuning_task_type",
    "classification",
    ["classification", "regression", "squad", "tagging"],
    "What is predicted.",
)
_TEXT_TASK = flags.DEFINE_enum(
    "classification_task_name",
    "MNLI",
    TEXT_TASKS,
    "The task's row, unless --text_columns names your own.",
    case_sensitive=False,
)
_MNLI_TYPE = flags.DEFINE_enum(
    "mnli_type", "matched", ["matched", "mismatched"], "MNLI's eval and test."
)
_TAGGING_TASK = flags.DEFINE_enum(
    "tagging_task_name", None, TAGGING_TASKS, "The task's row."
)
_INPUT_DIR = flag_types.input_folder(
    "input_data_dir", None, "Folder with the files that the task's row names."
)
_INPUTS = {
    "train": flag_types.input_file("train_file", None, "Instead: this file."),
    "eval": flag_types.input_file("eval_file", None, "Instead: this file."),
    "test": flag_types.input_file("test_file", None, "Instead: this file."),
}
_SQUAD_FILE = flag_types.input_file(
    "squad_data_file", None, "The same as --train_file, for SQuAD."
)
_TEXT_COLUMNS = flags.DEFINE_list(
    "text_columns", None, "Your own columns of text, one or two."
)
_LABEL_COLUMN = flags.DEFINE_string(
    "label_column", "label", "Your own column of classes or numbers."
)
_HEADER = flags.DEFINE_bool(
    "header",
    True,
    "Whether the first line of your own files names the columns. With "
    "--noheader columns are numbers from 0 on: --text_columns=0.",
)
_LABELS = flags.DEFINE_list(
    "labels", None, "Your own classes or tags; unless given, the train file's."
)
_VOCAB = flag_types.input_file("vocab_file", None, "vocab.txt.", required=True)
_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case",
    None,
    "Lower-case text and strip accents: uncased models; unless given, what the "
    "vocabulary's folder says, or true.",
)
_SEQ_LENGTH = flag_types.whole_number(
    "max_seq_length",
    128,
    "Of an example, in word pieces; it is padded to it.",
    low=4,
    high=2**20,
)
_QUERY_LENGTH = flag_types.whole_number(
    "max_query_length", 64, "The most word pieces kept of a SQuAD question."
)
_DOC_STRIDE = flag_types.whole_number(
    "doc_stride", 128, "Word pieces between the starts of two SQuAD windows."
)
_VERSION_2 = flags.DEFINE_bool(
    "version_2_with_negative", False, "SQuAD questions may be impossible."
)
_OUTPUTS = {
    split: flag_types.path(
        f"{split}_data_output_path", None, f"The TFRecord of {split} examples."
    )
    for split in _INPUTS
}
_META_DATA = flag_types.path(
    "meta_data_file_path", None, "JSON that describes them.", required=True
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")


@flags.multi_flags_validator(
    [f"{split}_data_output_path" for split in _INPUTS],
    "A --*_data_output_path must say where to write.",
)
def _has_an_output(values):
    return any(values.values())


def text_records(tokenizer, files):
    """Makes records of texts or pairs of texts, with classes or scores."""
    from nlp_modeling import data
    from official_runs.finetuning.classification import custom_text_task

    name = _TEXT_TASK.value
    is_regression = _TASK_TYPE.value == "regression"
    if name == "MNLI" and _MNLI_TYPE.value == "mismatched":
        name = "MNLI-MISMATCHED"
    task = data.TEXT_TASKS[name]
    if columns := _TEXT_COLUMNS.value:
        name = "own"
        task = custom_text_task(
            columns,
            _LABEL_COLUMN.value,
            _LABELS.value,
            is_regression,
            files,
            _HEADER.value,
        )
    if is_regression and task.labels:
        raise ValueError(
            "Regression needs a task whose labels are numbers. Received: "
            f"classification_task_name={name}, labels={task.labels}."
        )
    return data.TextRecords(name, task, tokenizer, _SEQ_LENGTH.value), task


def squad_records(tokenizer, files):
    """Makes records of questions and the windows of their contexts."""
    from nlp_modeling import data

    make = data.SquadRecords(
        tokenizer,
        _SEQ_LENGTH.value,
        _DOC_STRIDE.value,
        _QUERY_LENGTH.value,
        _VERSION_2.value,
    )
    return make, None


def tagging_records(tokenizer, files):
    """Makes records of sentences whose words carry tags."""
    from nlp_modeling import data

    task = data.TAGGING_TASKS.get(_TAGGING_TASK.value, data.TaggingTask())
    tags = _LABELS.value or task.tags
    tags = tags or data.read_tags(files.require("train", task.train_file))
    make = data.TaggingRecords(
        _TAGGING_TASK.value or "own", tuple(tags), tokenizer, _SEQ_LENGTH.value
    )
    return make, task


# Each makes the records of a task, and its row of a table, if it has one.
_MAKE = {
    "classification": text_records,
    "regression": text_records,
    "squad": squad_records,
    "tagging": tagging_records,
}


def main():
    from official_runs.finetuning.files import TaskFiles
    from official_runs.finetuning.write_records import write_records
    from official_runs.program.vocabulary import read_vocabulary

    tokenizer = read_vocabulary(_VOCAB.value, _LOWER_CASE.value)
    paths = {f"{split}_file": flag.value for split, flag in _INPUTS.items()}
    paths["train_file"] = paths["train_file"] or _SQUAD_FILE.value
    files = TaskFiles(_INPUT_DIR.value, **paths)
    make, task = _MAKE[_TASK_TYPE.value](tokenizer, files)
    outputs = {k: flag.value for k, flag in _OUTPUTS.items() if flag.value}
    inputs = {
        split: files.require(split, getattr(task, f"{split}_file", None))
        for split in outputs
    }
    write_records(
        make,
        inputs,
        outputs,
        _META_DATA.value,
        overwrite=_OVERWRITE.value,
    )


if __name__ == "__main__":
    run_program(main)
