r"""Pretrains BERT on masked words and, with pairs, next sentences.

  python -m official_runs.run_pretraining \
    --gin_file=networks/bert_tiny.gin \
    --input_files='/data/pretraining/*.tfrecord' \
    --vocab_file=/data/vocab.txt \
    --model_dir=/tmp/bert_tiny

Settings stand in official_runs/gin/runs/pretraining.gin; gin files, parameters
and flags change them. The run's folder gets checkpoints/, summaries/,
metrics.jsonl, config.gin and, at the end, encoder/. The same command goes on
where a run was stopped.
"""

import math
import os

import gin
from absl import flags

from nlp_modeling import (
    checkpoints,
    data,
    layers,
    models,
    networks,
    text,
    training,
)
from official_runs import (
    configurables,  # noqa: F401
    distribution_flags,
    training_flags,
)
from official_runs.fit import fit, make_step, open_folder, set_up
from official_runs.pretraining_batches import PretrainingBatches
from official_runs.pretraining_measures import pretraining_measures
from official_runs.pretraining_records import records_of
from official_runs.run_program import run_program
from official_runs.settings import parse_settings

flags.DEFINE_list(
    "input_files",
    None,
    "TFRecord files of pretraining examples, or .txt files; globs.",
)
flags.DEFINE_list("eval_files", None, "The same, to evaluate on.")
flags.DEFINE_integer(
    "max_predictions_per_seq", None, "Most masked tokens of an example."
)
flags.DEFINE_bool(
    "use_next_sentence_label", None, "Whether to predict next sentences too."
)
flags.DEFINE_integer("num_train_steps", None, "The end of training.")
flags.DEFINE_integer("num_steps_per_epoch", None, "Instead: steps an epoch, ")
flags.DEFINE_integer("num_train_epochs", None, "and epochs.", lower_bound=1)

SPELLINGS = {
    **training_flags.SPELLINGS,
    "input_files": "run.train_files",
    "eval_files": "run.eval_files",
    "max_predictions_per_seq": "run.max_predictions",
    "use_next_sentence_label": "run.next_sentence",
    "num_train_steps": "NUM_TRAIN_STEPS",
}


@gin.configurable
def run(
    model_dir: str,
    *,
    train_files: list[str],
    eval_files: list[str] | None,
    vocab_file: str,
    lower_case: bool,
    sequence_length: int,
    max_predictions: int,
    next_sentence: bool,
    train_batch_size: int,
    eval_batch_size: int,
    length_multiple: int | None,
    network,
    init_checkpoint: str | None,
    seed: int,
    accept_changed_settings: bool = False,
) -> None:
    """Pretrains a network, and leaves it in `model_dir`/encoder.

    To be called in the scope of the strategy.

    Args:
        model_dir: The run's folder.
        train_files: Paths or globs of TFRecord or text files.
        eval_files: The same, to evaluate on.
        vocab_file: The vocabulary of the records.
        lower_case: Whether the vocabulary is uncased.
        sequence_length: Of an example, in tokens.
        max_predictions: Most masked tokens of an example.
        next_sentence: Whether to predict next sentences too.
        train_batch_size: Examples of a step, over all replicas.
        eval_batch_size: The same, in evaluation.
        length_multiple: See `data.training_batches`.
        network: Makes the encoder; takes `vocab_size`.
        init_checkpoint: Where the first weights come from, if not from chance.
        seed: Decides the order of examples, and masks.
        accept_changed_settings: See `fit`.

    Raises:
        ValueError: If something does not fit something else.
    """
    folder = open_folder(model_dir)
    tokenizer = text.BertTokenizer(vocab_file, lower_case=lower_case)

    def read(files, name, batch_size):
        files = records_of(
            files,
            name,
            folder=folder,
            tokenizer=tokenizer,
            sequence_length=sequence_length,
            next_sentence=next_sentence,
        )
        return PretrainingBatches(
            files,
            tokenizer,
            batch_size,
            next_sentence=next_sentence,
            max_predictions=max_predictions,
            sequence_length=sequence_length,
            length_multiple=length_multiple,
            seed=seed,
        )

    train_batches = read(train_files, "train", train_batch_size)
    set_up()
    model = models.BertPretrainer(
        network(vocab_size=tokenizer.vocab_size),
        num_classes=2 if next_sentence else None,
        activation=layers.approximate_gelu,
        initializer=networks.bert_initializer(),
    )
    # Without next sentences, nothing reads what the pooler makes.
    model.network.pooler_layer.trainable = next_sentence
    if init_checkpoint:
        _initialize(model, init_checkpoint)
    measures = pretraining_measures(next_sentence)
    step = make_step(
        model,
        {name: m for name, m in measures.items() if name.endswith("loss")},
    )
    evaluate = None
    if eval_files:
        eval_batches = read(eval_files, "eval", eval_batch_size)
        means = training.Evaluation(model, measures, eval_batches.evaluation)

        def evaluate():
            values = means()
            return {**values, "perplexity": math.exp(values["masked_lm_loss"])}

    fit(folder, step, train_batches.training, evaluate, accept_changed_settings)
    if folder.writes:
        preset = os.path.join(model_dir, "encoder")
        with data.whole_output(preset, overwrite=True) as partial:
            model.network.save_to_preset(partial)
            tokenizer.save_to_preset(partial)


def _initialize(model, source):
    """Takes the heads too, where they are."""
    checkpoint = checkpoints.newest_checkpoint(source)
    if checkpoint and checkpoints.is_of_a_run(checkpoint):
        checkpoints.restore_from_run(model, checkpoint)
    else:
        checkpoints.restore_encoder(model.network, source)


def _steps_from_epochs():
    """Model Garden's spelling of --num_train_steps."""
    flag = flags.FLAGS
    if flag.num_train_epochs and not flag.num_steps_per_epoch:
        raise ValueError(
            "--num_train_epochs needs --num_steps_per_epoch. Received: "
            f"num_train_epochs={flag.num_train_epochs}."
        )
    if flag.num_steps_per_epoch and flag.num_train_steps is None:
        epochs = flag.num_train_epochs or 1
        flag.num_train_steps = flag.num_steps_per_epoch * epochs


def main():
    _steps_from_epochs()
    parse_settings("runs/pretraining.gin", SPELLINGS)
    with distribution_flags.strategy_from_flags().scope():
        run(
            training_flags.MODEL_DIR.value,
            accept_changed_settings=training_flags.ACCEPT_CHANGED_SETTINGS.value,
        )


if __name__ == "__main__":
    run_program(main)
