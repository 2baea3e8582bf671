"""Defines the flags of every program that fine-tunes."""

from absl import flags

from official_runs.program import training_flags

MODE = flags.DEFINE_enum(
    "mode",
    "train_and_eval",
    ["train_and_eval", "train", "eval", "predict", "export_only"],
    "What is done; all but training takes the model in --model_dir. "
    "train_and_eval predicts for test examples too, where there are any.",
)
TASK = flags.DEFINE_string(
    "task", None, "A task with settings of its own: gin/runs/<task>.gin."
)
NUM_SEEDS = flags.DEFINE_integer(
    "num_seeds",
    1,
    "Repeat the run with so many seeds, from --seed on, in folders seed_<seed>."
    " Prints mean, standard deviation and every value.",
    lower_bound=1,
)
MODEL_EXPORT_PATH = flags.DEFINE_string(
    "model_export_path", None, "With --mode=export_only: where to write."
)
flags.DEFINE_string(
    "input_data_dir", None, "Folder with the files that the task's row names."
)
for _split in ("train", "eval", "test"):
    flags.DEFINE_string(f"{_split}_file", None, "Instead: this file.")
    flags.DEFINE_string(
        f"{_split}_data_path",
        None,
        "Instead: TFRecords, as create_finetuning_data writes them; globs.",
    )
flags.DEFINE_string(
    "input_meta_data_path", None, "The JSON that was written with TFRecords."
)

flags.DEFINE_list(
    "labels", None, "Your own classes or tags; unless given, the train file's."
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
