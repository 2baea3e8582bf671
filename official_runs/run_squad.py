r"""Fine-tunes BERT to find the answers of questions: SQuAD 1.1 and 2.0.

  python -m official_runs.run_squad \
    --train_file=/data/train-v1.1.json --predict_file=/data/dev-v1.1.json \
    --init_checkpoint=/data/bert_base --model_dir=/tmp/squad

Leaves predictions.json, nbest_predictions.json and, for SQuAD 2.0
(--version_2_with_negative), null_odds.json in --model_dir, the model in model/
and its encoder in encoder/. official_runs/gin/runs/squad.gin holds the
settings. The same command resumes a run that was stopped.
"""

from absl import flags

from official_runs.finetuning import flags as finetuning_flags
from official_runs.program import flag_types
from official_runs.program.run_program import run_program

flags.DEFINE_alias("predict_file", "eval_file")
flags.DEFINE_alias("predict_batch_size", "eval_batch_size")
flags.DEFINE_bool(
    "version_2_with_negative", None, "Whether questions may be impossible."
)
flag_types.whole_number(
    "max_query_length", None, "The most word pieces kept of a question."
)
flag_types.whole_number(
    "doc_stride",
    None,
    "Word pieces between the starts of two windows; at most a window.",
)
flag_types.whole_number("n_best_size", None, "How many answers are ranked.")
flag_types.whole_number(
    "max_answer_length", None, "The most word pieces of an answer."
)
flag_types.number(
    "null_score_diff_threshold",
    None,
    "The odds above which the answer is none; SQuAD 2.0.",
)
_OWN = (
    "version_2_with_negative",
    "max_query_length",
    "doc_stride",
    "n_best_size",
    "max_answer_length",
    "null_score_diff_threshold",
)
SPELLINGS = {
    **finetuning_flags.SPELLINGS,
    **{name: f"QuestionAnswering.{name}" for name in _OWN},
}


def main():
    finetuning_flags.require_unset(
        "eval_data_path", "test_file", "test_data_path", "labels"
    )
    own = finetuning_flags.own_gin_file("squad")

    from official_runs.finetuning.run_task import run_task

    run_task(own, SPELLINGS)


if __name__ == "__main__":
    run_program(main, resumes=True)
