r"""Pretrains BERT on masked words and, with pairs, next sentences.

  python -m official_runs.run_pretraining \
    --gin_file=networks/bert_tiny.gin \
    --input_files='/data/pretraining/*.tfrecord' \
    --vocab_file=/data/vocab.txt \
    --model_dir=/tmp/bert_tiny

Settings stand in official_runs/gin/runs/pretraining.gin; gin files, parameters
and flags change them. The run's folder gets checkpoints/, summaries/,
metrics.jsonl, config.gin and, at the end, encoder/. The same command resumes a
run that was stopped.
"""

from absl import flags

from official_runs.program import (
    distribution_flags,  # noqa: F401
    flag_types,
    settings_flags,  # noqa: F401
    training_flags,
)
from official_runs.program.run_program import run_program

flag_types.input_files(
    "input_files",
    None,
    "TFRecord files of pretraining examples, or .txt files; globs.",
)
flag_types.input_files("eval_files", None, "The same, to evaluate on.")
flag_types.whole_number(
    "max_predictions_per_seq", None, "Most masked tokens of an example."
)
flags.DEFINE_bool(
    "use_next_sentence_label", None, "Whether to predict next sentences too."
)
flag_types.whole_number(
    "num_steps_per_epoch", None, "Instead of --num_train_steps, with epochs."
)


@flags.multi_flags_validator(
    ["num_train_epochs", "num_steps_per_epoch"],
    "--num_train_epochs needs --num_steps_per_epoch.",
)
def _epochs_have_steps(values):
    epochs, steps = values["num_train_epochs"], values["num_steps_per_epoch"]
    return epochs is None or steps is not None


SPELLINGS = {
    **training_flags.SPELLINGS,
    "vocab_file": "read_vocabulary.vocab_file",
    "do_lower_case": "read_vocabulary.lower_case",
    "input_files": "pretrain.train_files",
    "eval_files": "pretrain.eval_files",
    "max_predictions_per_seq": "PretrainingBatches.max_predictions",
    "use_next_sentence_label": {
        True: "pretrain.objectives = [@masked_lm(), @next_sentence()]",
        False: "pretrain.objectives = [@masked_lm()]",
    },
}


def num_train_steps() -> dict[str, int]:
    """Gives the number of steps that Model Garden's flags of epochs say."""
    epochs = flags.FLAGS.num_train_epochs
    steps_of_one = flags.FLAGS.num_steps_per_epoch
    if steps_of_one is None or flags.FLAGS.num_train_steps is not None:
        return {}
    epochs = 1 if epochs is None else epochs
    return {"NUM_TRAIN_STEPS": int(steps_of_one * epochs)}


def main():
    from nlp_modeling import training
    from official_runs.pretraining.pretrain import pretrain
    from official_runs.program.settings import read_settings
    from official_runs.program.strategy import strategy_from_flags
    from official_runs.program.train_in_folder import open_folder

    read_settings("runs/pretraining.gin", SPELLINGS, **num_train_steps())
    with training.lost_worker_named():
        strategy = strategy_from_flags()
        folder = open_folder(training_flags.MODEL_DIR.value, strategy)
        with folder, strategy.scope():
            pretrain(
                folder,
                accept_changed_settings=training_flags.ACCEPT_CHANGED_SETTINGS.value,
            )


if __name__ == "__main__":
    run_program(main, resumes=True)
