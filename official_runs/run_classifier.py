r"""Fine-tunes BERT to classify texts or pairs of texts, or to score them.

  python -m official_runs.run_classifier --task=sst2 \
    --input_data_dir=/data/glue/SST-2 --init_checkpoint=/data/bert_base \
    --model_dir=/tmp/sst2

A task is a row of `data.TEXT_TASKS` (--classification_task_name), or your own
files with --text_columns. The model with the best score on the eval examples is
kept in model/, its encoder in encoder/, predictions for test examples in GLUE's
form. official_runs/gin/runs/classification.gin holds the settings; --task names
another file there. The same command resumes a run that was stopped.
"""

from absl import flags

from official_runs.finetuning import flags as finetuning_flags
from official_runs.finetuning.task_rows import TEXT_TASKS
from official_runs.program.run_program import run_program

flags.DEFINE_enum(
    "classification_task_name",
    None,
    TEXT_TASKS,
    "The task's row, unless --text_columns names your own.",
    case_sensitive=False,
)
flags.DEFINE_list("text_columns", None, "Your own columns of text, one or two.")
flags.DEFINE_string(
    "label_column", None, "Your own column of classes or numbers."
)
flags.DEFINE_bool("is_regression", None, "Whether your own labels are numbers.")
flags.DEFINE_bool(
    "header",
    None,
    "Whether the first line of your own files names the columns. With "
    "--noheader columns are numbers from 0 on: --text_columns=0.",
)

SPELLINGS = {
    **finetuning_flags.SPELLINGS,
    "classification_task_name": "Classification.task_name",
    **{
        name: f"Classification.{name}"
        for name in (
            "text_columns",
            "label_column",
            "labels",
            "is_regression",
            "header",
        )
    },
}


def main():
    own = finetuning_flags.own_gin_file("classification")

    from official_runs.finetuning.run_task import run_task

    run_task(own, SPELLINGS)


if __name__ == "__main__":
    run_program(main, resumes=True)
