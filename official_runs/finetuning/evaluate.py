"""What the model of a run's folder says of a task's examples."""

import os

import gin
import keras

from nlp_modeling import data, training
from official_runs.finetuned_model import load_finetuned
from official_runs.finetuning_task import FinetuningTask
from official_runs.pretrained import with_output_range


@gin.configurable
def apply(
    folder: training.RunFolder,
    task: FinetuningTask,
    mode: str,
    *,
    dtype: str,
) -> dict[str, float]:
    """Measures the folder's model, and predicts with it, as a mode says.

    To be called in the scope of the strategy.

    Args:
        folder: The run's.
        task: What the model is for.
        mode: See the flag.
        dtype: See `training.set_precision`.

    Returns:
        The model's scores.

    Raises:
        ValueError: If the model is for another task.
    """
    training.set_precision(dtype)
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
        predict = make_prediction(model, task, split)
        predictions = task.collect(split, predict())
        found = task.scores(split, predictions)
        prefix = "" if split == "eval" else f"{split}_"
        scores |= {f"{prefix}{name}": x for name, x in found.items()}
        if folder.writes:
            task.write_predictions(split, predictions, folder.path)
    encoder = with_output_range(model.network, None)
    if folder.writes and "train" in mode:
        preset = os.path.join(folder.path, "encoder")
        with data.whole_output(preset, overwrite=True) as partial:
            encoder.save_to_preset(partial)
            tokenizer.save_to_preset(partial)
    return scores


@gin.configurable
def make_prediction(
    model: keras.Model,
    task: FinetuningTask,
    split: str,
    *,
    batch_size: int,
    length_multiple: int | None,
) -> training.Prediction:
    """What a model says of the examples of a split.

    Args:
        model: What `task` made.
        task: Whose examples.
        split: Which of them.
        batch_size: Examples over all replicas.
        length_multiple: See `data.evaluation_batches`.
    """
    stored = {feature.name for feature in task.features[split]}
    return training.Prediction(
        model,
        lambda context: data.evaluation_batches(
            task.records[split],
            task.features[split],
            batch_size,
            sequence_length=task.sequence_length,
            length_multiple=length_multiple,
            input_context=context,
        ),
        [name for name in task.kept_features if name in stored],
    )
