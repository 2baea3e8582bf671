"""Pretrains a network, and leaves it in a run's folder."""

import math
import os
from collections.abc import Callable, Sequence

import keras

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
    stages,
    vocabulary,  # noqa: F401
)
from official_runs.program.configurable import configurable
from official_runs.program.train_in_folder import (
    require_resumable,
    train_in_folder,
)


@configurable
def pretrain(
    folder: training.RunFolder,
    *,
    network: Callable[..., networks.Encoder],
    init_checkpoint: str | None,
    objectives: Sequence[training.Objective],
    tokenizer: text.BertTokenizer,
    batches: Callable[..., PretrainingBatches],
    train_files: Sequence[str] | None,
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
    """Pretrains a network, and leaves it in the run's folder as encoder/.

    Call it in the scope of the strategy.

    Args:
        folder: The run's.
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
    if train_files is None:
        raise ValueError("--input_files must be given. Received: none.")
    require_resumable(folder, accept_changed_settings, are_used=False)
    stages.begin("Opening the records")

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
    stages.begin("Making the model")
    keras.utils.set_random_seed(seed)
    training.set_precision(dtype)
    model = _with_heads(
        network(vocab_size=tokenizer.vocab_size),
        objectives,
        train_batches.num_sequences,
    )
    train_batches.require_fit(model.network)
    if init_checkpoint:
        _initialize(model, init_checkpoint)
    step = train_step(
        model,
        objectives,
        training.scaled(optimizer(schedule.num_train_steps), dtype, loss_scale),
        counts={"tokens": "input_mask"},
        seed=seed,
    )
    step.require_batch(train_batch_size)
    evaluate = None
    if eval_files:
        eval_batches = read("eval", eval_files, eval_batch_size)
        _require_same_kind(train_batches, eval_batches)
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
        preset = os.path.join(folder.path, "encoder")
        with data.whole_output(preset, overwrite=True) as partial:
            model.network.save_to_preset(partial)
            tokenizer.save_to_preset(partial)


def _require_same_kind(train_batches, eval_batches):
    packed = [
        batches.num_sequences is not None
        for batches in (train_batches, eval_batches)
    ]
    if len(set(packed)) > 1:
        raise ValueError(
            "Records to train and to evaluate on must both be packed, or "
            f"neither. Received: --input_files packed={packed[0]}, "
            f"--eval_files packed={packed[1]}."
        )


def _with_heads(network, objectives, num_sequences):
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
        num_sequences=num_sequences,
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
