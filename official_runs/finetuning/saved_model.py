"""Saves and loads a fine-tuned model, its tokenizer and its task."""

import json
import os
from collections.abc import Mapping
from typing import Annotated, TypedDict

import keras
import msgspec

from nlp_modeling import (
    data,
    files,
    json_files,
    models,  # noqa: F401  Registers what a preset names.
    networks,
    text,
)

# Describes the task, in the folder of the model.
_TASK = "task.json"


class _AnyTask(TypedDict):
    kind: str
    sequence_length: Annotated[int, msgspec.Meta(ge=1)]
    scores: dict[str, float]


class _Task(_AnyTask, total=False):
    """Describes what the tasks of this package keep; another may keep more."""

    seed: int
    task: str | None
    labels: list[str]
    num_texts: int
    version_2_with_negative: bool
    doc_stride: int
    max_query_length: int
    n_best_size: int
    max_answer_length: int
    null_score_diff_threshold: float


class TaskDescription(dict):
    """Holds the content of a task's file; names the file if a key is absent."""

    def __init__(self, path: str):
        known = json_files.read_json(path, _Task)
        super().__init__(json_files.read_json(path, dict) | known)
        self._path = path

    def __missing__(self, key):
        raise ValueError(
            "A task's description must have what its kind needs. "
            f"Received: {self._path}, without {key!r}."
        )


def model_folder(model_dir: str) -> str:
    """Gives the folder of a run's best model."""
    return os.path.join(model_dir, "model")


def save_finetuned(
    model_dir: str,
    model: keras.Model,
    tokenizer: text.BertTokenizer | text.BytePairTokenizer,
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
        preprocessor = text.BertPreprocessor(tokenizer, task["sequence_length"])
        preprocessor.save_to_preset(partial)
        described = json.dumps(task, indent=2) + "\n"
        files.replace_file(os.path.join(partial, _TASK), described)


def load_finetuned(
    model_dir: str,
) -> tuple[
    keras.Model, text.BertTokenizer | text.BytePairTokenizer, TaskDescription
]:
    """Loads the model of a run, its tokenizer and its task.

    Raises:
        ValueError: If the run left no model, or a file is damaged. Names it.
    """
    folder = model_folder(model_dir)
    task = read_task(model_dir)
    if task is None:
        raise ValueError(
            "A run's folder must have a model, which training leaves there. "
            f"Received: model_dir={model_dir}, without {folder}/{_TASK}."
        )
    model = networks.FeatureModel.from_preset(folder)
    return model, text.read_tokenizer(folder), task


def read_task(model_dir: str) -> TaskDescription | None:
    """Reads the task and scores of a run's model; None without a model.

    Raises:
        ValueError: If the file is damaged. Names the file and the key.
    """
    path = os.path.join(model_folder(model_dir), _TASK)
    return TaskDescription(path) if files.file_exists(path) else None
