"""Exports a fine-tuned model as one artefact of raw strings."""

import os

import keras
import tensorflow as tf

from nlp_modeling import serving, text
from official_runs.finetuning.saved_model import load_finetuned
from official_runs.finetuning.tasks import TASKS


def serve_finetuned(
    model: keras.Model,
    tokenizer: text.BertTokenizer,
    task: dict,
    *,
    null_score_diff_threshold: float | None = None,
    splits_punctuation: bool = True,
) -> serving.ServedModel:
    """Makes a served model of a fine-tuned model.

    Args:
        model: An encoder with a head.
        tokenizer: The model's.
        task: The description of its task, as `load_finetuned` gives it.
        null_score_diff_threshold: The odds above which a reader of SQuAD 2.0
            gives no answer; None for the best on the eval examples.
        splits_punctuation: See `serving.Tagger`.

    Raises:
        ValueError: If the model does not fit the task.
    """
    kind = task["kind"]
    if kind not in TASKS:
        raise ValueError(
            f"The model's task must be one of {list(TASKS)}. Received: {kind=}."
        )
    return TASKS[kind].served(
        model,
        tokenizer,
        task,
        null_score_diff_threshold=null_score_diff_threshold,
        splits_punctuation=splits_punctuation,
    )


def export_finetuned(
    model_dir: str, folder: str, overwrite: bool = False, **arguments
) -> None:
    """Exports the model that a run left.

    Args:
        model_dir: The run's folder.
        folder: Where the artefact is to appear.
        overwrite: Whether to replace what is there.
        **arguments: Of `serve_finetuned`, and `name` and `data` of the card.

    Raises:
        ValueError: If the run left no model, or it does not fit its task.
        FileExistsError: If `folder` exists and `overwrite` is false.
    """
    model, tokenizer, task = load_finetuned(model_dir)
    about = {x: arguments.pop(x) for x in ("name", "data") if x in arguments}
    served = serve_finetuned(model, tokenizer, task, **arguments)
    name = f"BERT for {task.get('task') or task['kind']}"
    card = serving.ModelCard(
        name=about.get("name") or name,
        data=about.get("data", ""),
        settings={k: v for k, v in task.items() if k not in ("scores", "seed")},
        seeds=[task["seed"]] if "seed" in task else [],
        scores=task["scores"],
        notes=_settings_of(model_dir),
    )
    serving.export(served, folder, card, overwrite)


def _settings_of(model_dir):
    """Reads the run's settings, from which it can be run again."""
    path = os.path.join(model_dir, "config.gin")
    if not tf.io.gfile.exists(path):
        return ""
    with tf.io.gfile.GFile(path) as file:
        return (
            f"All settings of the training:\n\n```\n{file.read().strip()}\n```"
        )
