"""Saves and loads a fine-tuned model, its tokenizer and its task."""

import json
import os
from collections.abc import Mapping

import keras
import tensorflow as tf

from nlp_modeling import data, models, networks, text  # noqa: F401

# Describes the task, in the folder of the model.
_TASK = "task.json"


def model_folder(model_dir: str) -> str:
    """Gives the folder of a run's best model."""
    return os.path.join(model_dir, "model")


def save_finetuned(
    model_dir: str,
    model: keras.Model,
    tokenizer: text.BertTokenizer,
    task: Mapping,
) -> None:
    """Saves the model of a run, in place of the one before.

    Args:
        model_dir: The run's folder.
        model: An encoder with a head.
        tokenizer: The model's.
        task: The description of the task, and `scores`.
    """
    with data.whole_output(model_folder(model_dir), overwrite=True) as partial:
        model.save_to_preset(partial)
        tokenizer.save_to_preset(partial)
        with tf.io.gfile.GFile(os.path.join(partial, _TASK), "w") as file:
            file.write(json.dumps(task, indent=2) + "\n")


def load_finetuned(
    model_dir: str,
) -> tuple[keras.Model, text.BertTokenizer, dict]:
    """Loads the model of a run, its tokenizer and its task.

    Raises:
        ValueError: If the run left no model.
    """
    folder = model_folder(model_dir)
    task = read_task(model_dir)
    if task is None:
        raise ValueError(
            "A run's folder must have a model, which training leaves there. "
            f"Received: model_dir={model_dir}, without {folder}/{_TASK}."
        )
    model = networks.FeatureModel.from_preset(folder)
    return model, text.BertTokenizer.from_preset(folder), task


def read_task(model_dir: str) -> dict | None:
    """Reads the task and scores of a run's model; None without a model."""
    path = os.path.join(model_folder(model_dir), _TASK)
    if not tf.io.gfile.exists(path):
        return None
    with tf.io.gfile.GFile(path) as file:
        return json.loads(file.read())
