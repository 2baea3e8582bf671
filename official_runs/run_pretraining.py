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

import math
import os
from collections.abc import Callable, Sequence

import gin
import keras
from absl import flags

import official_runs.pretraining.objectives  # noqa: F401  For gin.
from nlp_modeling import (
    checkpoints,
    data,
    layers,
    models,
    networks,
    text,
    training,
)
from official_runs.pretraining.batches import PretrainingBatches
from official_runs.program import (
    configurables,  # noqa: F401
    distribution_flags,
    training_flags,
)
from official_runs.program.run_program import run_program
from official_runs.program.settings import read_settings
from official_runs.program.train_in_folder import open_folder, train_in_folder

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
flags.DEFINE_integer(
    "num_steps_per_epoch", None, "Instead of --num_train_steps, with epochs."
)

SPELLINGS = {
    **training_flags.SPELLINGS,
    "vocab_file": "BertTokenizer.vocabulary",
    "do_lower_case": "BertTokenizer.lower_case",
    "input_files": "pretrain.train_files",
    "eval_files": "pretrain.eval_files",
    "max_predictions_per_seq": "PretrainingBatches.max_predictions",
    "use_next_sentence_label": {
        True: "pretrain.objectives = [@masked_lm(), @next_sentence()]",
        False: "pretrain.objectives = [@masked_lm()]",
    },
}


@gin.configurable
def pretrain(
    model_dir: str,
    *,
    network: Callable[..., networks.Encoder],
    init_checkpoint: str | None,
    objectives: Sequence[training.Objective],
    tokenizer: text.BertTokenizer,
    batches: Callable[..., PretrainingBatches],
    train_files: Sequence[str],
    train_batch_size: int,
    eval_files: Sequence[str] | None,
    eval_batch_size: int,
    optimizer: Callable[[int], keras.optimizers.Optimizer],
    train_step: Callable[..., training.TrainStep],
    schedule: training.Schedule,
    dtype: str,
    loss_scale: str | float,
    seed: int,
    accept_changed_settings: bool = False,
) -> None:
    """Pretrains a network, and leaves it in `model_dir`/encoder.

    Call it in the scope of the strategy.

    Args:
        model_dir: The run's folder.
        network: Makes the encoder, called with `vocab_size`.
        init_checkpoint: The source of the first weights; None draws them.
        objectives: Their losses are minimized.
        tokenizer: The tokenizer of the records.
        batches: Reads files, see `PretrainingBatches`.
        train_files: Paths or globs of TFRecord or text files.
        train_batch_size: Examples of a step, over all replicas.
        eval_files: Files to evaluate on; None for no evaluation.
        eval_batch_size: Examples of a batch in evaluation, over all replicas.
        optimizer: Makes the optimizer of a number of steps.
        train_step: Makes the step, see `training.TrainStep`.
        schedule: Says when to report, save, evaluate and end.
        dtype: See `training.set_precision`.
        loss_scale: See `training.scaled`.
        seed: Decides the first weights, masks, dropout and the examples' order.
        accept_changed_settings: Whether a run may resume with other settings.

    Raises:
        ValueError: If files, vocabulary, network or folder do not fit together.
    """
    folder = open_folder(model_dir)

    def read(name, files, batch_size):
        return batches(
            files,
            batch_size,
            name=name,
            folder=folder,
            tokenizer=tokenizer,
            needs=frozenset().union(*(each.needs for each in objectives)),
            seed=seed,
        )

    train_batches = read("train", train_files, train_batch_size)
    keras.utils.set_random_seed(seed)
    training.set_precision(dtype)
    model = _with_heads(network(vocab_size=tokenizer.vocab_size), objectives)
    if init_checkpoint:
        _initialize(model, init_checkpoint)
    step = train_step(
        model,
        objectives,
        training.scaled(optimizer(schedule.num_train_steps), dtype, loss_scale),
        counts={"tokens": "input_mask"},
        seed=seed,
    )
    evaluate = None
    if eval_files:
        eval_batches = read("eval", eval_files, eval_batch_size)
        evaluate = _evaluation(model, objectives, eval_batches)
    train_in_folder(
        folder,
        step,
        train_batches.training_batches,
        schedule,
        evaluate,
        accept_changed_settings,
    )
    if folder.writes:
        preset = os.path.join(model_dir, "encoder")
        with data.whole_output(preset, overwrite=True) as partial:
            model.network.save_to_preset(partial)
            tokenizer.save_to_preset(partial)


def _with_heads(network, objectives):
    """Adds the heads that the objectives read."""
    reads = {each.loss.predictions for each in objectives}
    has_classes = "classification" in reads
    # Only the classification reads what the pooler makes.
    network.pooler_layer.trainable = has_classes
    return models.BertPretrainer(
        network,
        num_classes=2 if has_classes else None,
        activation=layers.approximate_gelu,
        initializer=networks.bert_initializer(),
    )


def _initialize(model, source):
    """Takes weights from a source, with the heads if the source has them."""
    checkpoint = checkpoints.newest_checkpoint(source)
    if checkpoint and checkpoints.is_of_a_run(checkpoint):
        checkpoints.restore_from_run(model, checkpoint)
    else:
        checkpoints.restore_encoder(model.network, source)


def _evaluation(model, objectives, batches):
    """Makes a function that measures the model on all batches."""
    measures = {}
    for each in objectives:
        measures |= each.measures
    means = training.Evaluation(model, measures, batches.evaluation_batches)

    def evaluate():
        values = means()
        return {**values, "perplexity": math.exp(values["masked_lm_loss"])}

    return evaluate


def num_train_steps() -> dict[str, int]:
    """Gives the number of steps that Model Garden's flags of epochs say.

    Raises:
        ValueError: If epochs have no number of steps.
    """
    epochs = flags.FLAGS.num_train_epochs
    steps_of_one = flags.FLAGS.num_steps_per_epoch
    if epochs is not None and steps_of_one is None:
        raise ValueError(
            "--num_train_epochs needs --num_steps_per_epoch. Received: "
            f"num_train_epochs={epochs:g}."
        )
    if steps_of_one is None or flags.FLAGS.num_train_steps is not None:
        return {}
    epochs = 1 if epochs is None else epochs
    return {"NUM_TRAIN_STEPS": int(steps_of_one * epochs)}


def main():
    read_settings("runs/pretraining.gin", SPELLINGS, **num_train_steps())
    with distribution_flags.strategy_from_flags().scope():
        pretrain(
            training_flags.MODEL_DIR.value,
            accept_changed_settings=training_flags.ACCEPT_CHANGED_SETTINGS.value,
        )


if __name__ == "__main__":
    run_program(main)
