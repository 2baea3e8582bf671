"""What a program that fine-tunes does with its flags."""

import json
import math
import os
import statistics
from collections.abc import Callable, Mapping

import gin
import keras
import tensorflow as tf
from absl import flags

from nlp_modeling import data
from official_runs import (
    configurables,  # noqa: F401
    distribution_flags,
    finetuning_flags,
    training_flags,
)
from official_runs.exported_model import export_finetuned
from official_runs.fine_tune import run
from official_runs.finetuned_model import load_finetuned
from official_runs.finetuning_task import FinetuningTask
from official_runs.fit import open_folder
from official_runs.predictions import apply
from official_runs.pretrained import load_tokenizer
from official_runs.settings import parse_settings


@gin.configurable
def set_length(
    num_examples: int,
    *,
    num_train_epochs: float,
    train_batch_size: int,
    warmup_rate: float,
    evaluates_epochs: bool,
) -> None:
    """Decides how many steps a run has, where settings leave that open.

    Args:
        num_examples: To train with.
        num_train_epochs: How often each of them is seen.
        train_batch_size: Examples of a step.
        warmup_rate: The share of the steps in which the learning rate rises.
        evaluates_epochs: Whether an evaluation follows every epoch, and not
            only the last.

    Raises:
        ValueError: If there are no epochs, or no examples in a step.
    """
    if num_train_epochs <= 0 or train_batch_size <= 0:
        raise ValueError(
            "`num_train_epochs` and `train_batch_size` must be positive. "
            f"Received: {num_train_epochs=}, {train_batch_size=}."
        )
    steps = gin.query_parameter("%NUM_TRAIN_STEPS") or math.ceil(
        num_examples * num_train_epochs / train_batch_size
    )
    for name, value in {
        "NUM_TRAIN_STEPS": steps,
        "WARMUP_STEPS": int(steps * warmup_rate),
        "EVALUATION_INTERVAL": math.ceil(num_examples / train_batch_size)
        if evaluates_epochs
        else steps,
    }.items():
        if gin.query_parameter(f"%{name}") is None:
            gin.parse_config(f"{name} = {value}")


def finetune(
    make_task: Callable[..., FinetuningTask],
    settings: str,
    spellings: Mapping[str, str],
) -> None:
    """What the flags say: trains, measures, predicts, with one seed or more.

    Args:
        make_task: Takes the run's folder and the tokenizer.
        settings: The program's own gin file.
        spellings: See `parse_settings`.
    """
    if finetuning_flags.TASK.value:
        own = f"runs/{finetuning_flags.TASK.value}.gin"
        flags.FLAGS.gin_file = [own, *flags.FLAGS.gin_file]
    parse_settings(settings, spellings)
    strategy = distribution_flags.strategy_from_flags()
    if isinstance(strategy, tf.distribute.TPUStrategy):
        gin.parse_config("LENGTH_MULTIPLE = None")
    model_dir = training_flags.MODEL_DIR.value
    mode = finetuning_flags.MODE.value
    if mode == "export_only":
        export_finetuned(model_dir, _export_path())
        return
    with strategy.scope():
        parent = open_folder(model_dir)
        folders = _folders(parent)
        trains = "train" in mode
        if trains:
            tokenizer = load_tokenizer(parent)
        else:
            tokenizer = load_finetuned(next(iter(folders.values())).path)[1]
        task = make_task(parent, tokenizer)
        _require_examples(task, mode)
        if trains:
            set_length(task.num_examples("train"))
    scores = []
    for seed, folder in folders.items():
        gin.parse_config(f"SEED = {seed}")
        with strategy.scope():
            scores.append(_of_one_seed(folder, task, tokenizer))
        keras.backend.clear_session()
    if parent.writes:
        _report(model_dir, scores)


def _folders(parent):
    """The folder of each seed."""
    first, count = gin.query_parameter("%SEED"), finetuning_flags.NUM_SEEDS
    if count.value == 1:
        return {first: parent}
    return {
        seed: open_folder(os.path.join(parent.path, f"seed_{seed}"))
        for seed in range(first, first + count.value)
    }


def _of_one_seed(folder, task, tokenizer):
    mode = finetuning_flags.MODE.value
    if "train" in mode:
        run(
            folder,
            task,
            tokenizer,
            evaluates="eval" in mode,
            accept_changed_settings=training_flags.ACCEPT_CHANGED_SETTINGS.value,
        )
        _wait_for_workers()
    return apply(folder, task, mode)


def _export_path():
    path = finetuning_flags.MODEL_EXPORT_PATH.value
    if not path:
        raise ValueError(
            "--mode=export_only must have --model_export_path. Received: none."
        )
    return path


def _require_examples(task, mode):
    for split in {
        "train_and_eval": ("train", "eval"),
        "predict": (task.predicted_split,),
    }.get(mode, (mode,)):
        if split not in task.records:
            raise ValueError(
                f"--mode={mode} must have {split} examples: --{split}_file, "
                f"--{split}_data_path, or --input_data_dir and a task that has "
                "such a file. Received: none."
            )


def _wait_for_workers():
    """Returns when all workers came here: the first one writes the model."""

    def summed():
        context = tf.distribute.get_replica_context()
        one = tf.constant(1.0)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, one)

    tf.function(tf.distribute.get_strategy().run)(summed)


def _report(model_dir, scores):
    """Writes scores.json and prints each score, over all seeds."""
    summary = {}
    for name in scores[0]:
        values = [score[name] for score in scores]
        summary[name] = {"mean": statistics.mean(values), "values": values}
        line = f"{name} {summary[name]['mean']:.4f}"
        if len(values) > 1:
            summary[name]["standard_deviation"] = statistics.stdev(values)
            line += f" +- {statistics.stdev(values):.4f}: "
            line += " ".join(f"{value:.4f}" for value in values)
        print(line)
    path = os.path.join(model_dir, "scores.json")
    with data.whole_output(path, overwrite=True) as partial:
        with tf.io.gfile.GFile(partial, "w") as file:
            file.write(json.dumps(summary, indent=2) + "\n")
