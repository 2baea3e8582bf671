"""Fine-tunes an encoder for a task, measures it and predicts with it."""

import math
from collections.abc import Callable

import keras
import tensorflow as tf

from nlp_modeling import networks, text, training
from official_runs.finetuning.best_model import BestModel
from official_runs.finetuning.evaluate import evaluate_saved
from official_runs.finetuning.saved_model import load_finetuned
from official_runs.finetuning.task import FinetuningTask
from official_runs.finetuning.task_batches import TaskBatches
from official_runs.program import stages
from official_runs.program.configurable import configurable
from official_runs.program.train_in_folder import (
    require_resumable,
    train_in_folder,
)


@configurable
def finetune(
    folder: training.RunFolder,
    records_folder: training.RunFolder,
    mode: str,
    *,
    task: Callable[..., FinetuningTask],
    tokenizer: Callable[[training.RunFolder], text.BertTokenizer],
    encoder: Callable[..., networks.Encoder],
    train_batch_size: int,
    eval_batch_size: int,
    length_multiple: int | None,
    num_train_epochs: float,
    num_train_steps: int | None,
    evaluation_interval: int | str | None,
    optimizer: Callable[[int], keras.optimizers.Optimizer],
    train_step: Callable[..., training.TrainStep],
    schedule: Callable[..., training.Schedule],
    dtype: str,
    loss_scale: str | float,
    seed: int,
    accept_changed_settings: bool = False,
) -> dict[str, float]:
    """Fine-tunes an encoder for a task, measures it and predicts with it.

    Call it in the scope of the strategy.

    Args:
        folder: The run's. It gets the best model, or the last one without
            evaluation.
        records_folder: Keeps records; several runs may share it.
        mode: See the flag `--mode`.
        task: Makes the task, called with `records_folder` and the tokenizer.
        tokenizer: Loads the tokenizer, called with `records_folder`.
        encoder: Makes the encoder, called with the sizes of vocabulary and
            sequence.
        train_batch_size: Examples of a step, over all replicas.
        eval_batch_size: Examples of a batch in evaluation, over all replicas.
        length_multiple: See `data.training_batches`; TPUs take whole lengths.
        num_train_epochs: How often training sees every example.
        num_train_steps: The last step, in place of epochs.
        evaluation_interval: Steps between two evaluations, or "epoch". None
            evaluates once, at the end.
        optimizer: Makes the optimizer of a number of steps.
        train_step: Makes the step, see `training.TrainStep`.
        schedule: Makes the schedule of a number of steps.
        dtype: See `training.set_precision`.
        loss_scale: See `training.scaled`.
        seed: Decides the first weights, dropout and the examples' order.
        accept_changed_settings: Whether a run may resume with other settings.

    Returns:
        The scores of the model in the folder.

    Raises:
        ValueError: If files, settings, encoder or folder do not fit together.
    """
    stages.begin("Reading the examples")
    training.set_precision(dtype)
    trains = "train" in mode
    if trains:
        require_resumable(folder, accept_changed_settings, are_used=False)
        tokenizer = tokenizer(records_folder)
    else:
        tokenizer = load_finetuned(folder.path)[1]
    task = task(records_folder, tokenizer)
    _require_examples(task, mode)
    batches = TaskBatches(
        task, train_batch_size, eval_batch_size, length_multiple, seed
    )
    if trains:
        count = task.num_examples("train")
        if num_train_steps is None:
            num_train_steps = steps(count, num_train_epochs, train_batch_size)
        if evaluation_interval == "epoch":
            evaluation_interval = steps(count, 1, train_batch_size)
        stages.begin("Making the model")
        keras.utils.set_random_seed(seed)
        model = task.make_model(
            encoder(tokenizer.vocab_size, task.sequence_length)
        )
        step = train_step(
            model,
            task.objectives(),
            training.scaled(optimizer(num_train_steps), dtype, loss_scale),
            counts={"tokens": "input_mask"},
            seed=seed,
        )
        step.require_batch(train_batch_size)
        batches.require_fit()
        best = BestModel(folder, task, batches, model, tokenizer, seed)
        train_in_folder(
            folder,
            step,
            batches.training_batches,
            schedule(
                num_train_steps=num_train_steps,
                evaluation_interval=evaluation_interval,
            ),
            best.evaluate if "eval" in mode else None,
            accept_changed_settings,
        )
        if "eval" not in mode:
            best.save({})
        _wait_for_workers()
    stages.begin("Measuring the model")
    return evaluate_saved(folder, task, batches, mode)


def steps(
    num_examples: int, num_train_epochs: float, train_batch_size: int
) -> int:
    """Counts the steps in which training sees each example so often.

    Raises:
        ValueError: If a number is not positive.
    """
    if num_train_epochs <= 0 or train_batch_size <= 0:
        raise ValueError(
            "`num_train_epochs` and `train_batch_size` must be positive. "
            f"Received: {num_train_epochs=}, {train_batch_size=}."
        )
    return math.ceil(num_examples * num_train_epochs / train_batch_size)


def _require_examples(task, mode):
    for split in {
        "train_and_eval": ("train", "eval"),
        "predict": (task.predicted_split,),
    }.get(mode, (mode,)):
        if split not in task.records:
            raise ValueError(
                f"--mode={mode} must have {split} examples: --{split}_file, "
                f"--{split}_data_path, or --input_data_dir and a task that has "
                "this file. Received: none."
            )


def _wait_for_workers():
    """Returns when all workers came here: the first one writes the model."""

    def summed():
        context = tf.distribute.get_replica_context()
        one = tf.constant(1.0)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, one)

    tf.function(tf.distribute.get_strategy().run)(summed)
