"""Measures the model that a run saved, and predicts with it."""

import os

from nlp_modeling import data, training
from official_runs.finetuning.saved_model import load_finetuned
from official_runs.finetuning.task import FinetuningTask
from official_runs.finetuning.task_batches import TaskBatches


def evaluate_saved(
    folder: training.RunFolder,
    task: FinetuningTask,
    batches: TaskBatches,
    mode: str,
) -> dict[str, float]:
    """Measures the model that a run saved, and predicts with it.

    After training it leaves the model's encoder in `encoder/`. Call it in the
    scope of the strategy.

    Args:
        folder: The run's.
        task: The task that the model was trained for.
        batches: The task's.
        mode: See the flag `--mode`.

    Returns:
        The model's scores.

    Raises:
        ValueError: If the model is for another task.
    """
    model, tokenizer, description = load_finetuned(folder.path)
    wanted = task.description()
    for name in {"kind", "labels"} & set(wanted):
        if description.get(name) != wanted[name]:
            raise ValueError(
                f"The model must have been trained for these {name}. Received: "
                f"{wanted[name]}, the model's={description.get(name)}."
            )
    scores = description["scores"]
    split = {"eval": "eval", "predict": task.predicted_split}.get(mode, "test")
    if mode != "train" and split in task.records:
        predictions = task.collect(split, batches.prediction(model, split)())
        found = task.scores(split, predictions)
        prefix = "" if split == "eval" else f"{split}_"
        scores |= {f"{prefix}{name}": x for name, x in found.items()}
        if folder.writes:
            task.write_predictions(split, predictions, folder.path)
    if folder.writes and "train" in mode:
        preset = os.path.join(folder.path, "encoder")
        with data.whole_output(preset, overwrite=True) as partial:
            model.network.save_to_preset(partial)
            tokenizer.save_to_preset(partial)
    return scores
