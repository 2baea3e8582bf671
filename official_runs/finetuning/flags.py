"""Defines the flags of every program that fine-tunes."""

from absl import flags

from official_runs.finetuning.task_names import task_names
from official_runs.program import (
    distribution_flags,  # noqa: F401
    flag_types,
    settings_flags,  # noqa: F401
    training_flags,
)

MODE = flags.DEFINE_enum(
    "mode",
    "train_and_eval",
    ["train_and_eval", "train", "eval", "predict", "export_only"],
    "What is done; all but training takes the model in --model_dir. "
    "train_and_eval predicts for test examples too, where there are any.",
)
TASK = flags.DEFINE_string(
    "task",
    None,
    "The settings of a task, in official_runs/gin/runs. "
    + " ".join(
        f"{kind}: {', '.join(task_names(kind)[1:])}."
        for kind in ("classification", "squad", "tagging")
    ),
)
NUM_SEEDS = flag_types.whole_number(
    "num_seeds",
    1,
    "Repeat the run with so many seeds, from --seed on, in folders seed_<seed>."
    " Prints mean, standard deviation and every value.",
    high=1000,
)
MODEL_EXPORT_PATH = flag_types.path(
    "model_export_path", None, "With --mode=export_only: where to write."
)
flag_types.input_folder(
    "input_data_dir", None, "Folder with the files that the task's row names."
)
for _split in ("train", "eval", "test"):
    flag_types.input_file(f"{_split}_file", None, "Instead: this file.")
    flag_types.path(
        f"{_split}_data_path",
        None,
        "Instead: TFRecords, as create_finetuning_data writes them; globs.",
    )
flag_types.input_file(
    "input_meta_data_path", None, "The JSON that was written with TFRecords."
)
flags.DEFINE_list(
    "labels", None, "Your own classes or tags; unless given, the train file's."
)


@flags.multi_flags_validator(
    ["mode", "model_export_path"],
    "--mode=export_only must have --model_export_path.",
)
def _export_has_a_path(values):
    return values["mode"] != "export_only" or values["model_export_path"]


def own_gin_file(kind: str) -> str:
    """Gives the gin file that `--task` names.

    Args:
        kind: The program's, see `task_names`; its own file if there is no task.

    Raises:
        ValueError: If the program has no such task.
    """
    names = task_names(kind)
    task = TASK.value or kind
    if task not in names:
        raise ValueError(
            f"--task must be one of {', '.join(names)}. Received: {task!r}."
        )
    return f"runs/{task}.gin"


def require_unset(*names: str) -> None:
    """Raises if a flag is given that means nothing to a program."""
    for name in names:
        if flags.FLAGS[name].value is not None:
            raise ValueError(
                f"--{name} has no meaning in this program. Received: "
                f"{name}={flags.FLAGS[name].value!r}."
            )


# The setting that each flag spells.
SPELLINGS = {
    **training_flags.SPELLINGS,
    "num_train_epochs": "finetune.num_train_epochs",
    "vocab_file": "load_tokenizer.vocab_file",
    "do_lower_case": "load_tokenizer.lower_case",
    "input_data_dir": "TaskFiles.input_data_dir",
    "input_meta_data_path": "TaskFiles.input_meta_data_path",
    **{
        f"{split}_{kind}": f"TaskFiles.{split}_{kind}"
        for split in ("train", "eval", "test")
        for kind in ("file", "data_path")
    },
}
