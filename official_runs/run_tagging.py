r"""Fine-tunes BERT to tag words, such as those of names.

  python -m official_runs.run_tagging --task=wnut17 \
    --input_data_dir=/data/wnut17 --init_checkpoint=/data/bert_base \
    --model_dir=/tmp/wnut17

A task is a row of `data.TAGGING_TASKS` (--tagging_task_name), or your own files
in CoNLL's columns. The model with the best F1 of entities on the eval sentences
is kept in model/, its encoder in encoder/, predicted tags in predictions/ as
CoNLL's scorer reads them. official_runs/gin/runs/tagging.gin holds the
settings. The same command resumes a run that was stopped.
"""

from absl import flags

from official_runs.finetuning import flags as finetuning_flags
from official_runs.finetuning.task_rows import TAGGING_TASKS
from official_runs.program.run_program import run_program

flags.DEFINE_enum("tagging_task_name", None, TAGGING_TASKS, "The task's row.")
SPELLINGS = {
    **finetuning_flags.SPELLINGS,
    "tagging_task_name": "Tagging.task_name",
    "labels": "Tagging.labels",
}


def main():
    own = finetuning_flags.own_gin_file("tagging")

    from official_runs.finetuning.run_task import run_task

    run_task(own, SPELLINGS)


if __name__ == "__main__":
    run_program(main, resumes=True)
