"""Reads a preset of KerasHub."""

import os
from typing import Any, TypedDict

from nlp_modeling import files, json_files
from nlp_modeling.checkpoints.attention_heads import join_heads
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel
from nlp_modeling.checkpoints.keras_hub.bert import KERAS_HUB_BERT
from nlp_modeling.checkpoints.keras_hub.read_weights import read_weights
from nlp_modeling.checkpoints.layer_names import weight_names

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
TASK, TASK_WEIGHTS = "task.json", "task.weights.h5"


class _Sizes(TypedDict, total=False):
    dropout: float
    max_sequence_length: int
    num_segments: int


class _NeededSizes(_Sizes):
    vocabulary_size: int
    num_layers: int
    num_heads: int
    hidden_dim: int
    intermediate_dim: int


class _Preset(TypedDict):
    class_name: str
    config: _NeededSizes


class _Head(TypedDict, total=False):
    num_classes: int
    activation: Any


class _Task(TypedDict):
    class_name: str
    config: _Head


def is_keras_hub(folder) -> bool:
    """Tells whether the `config.json` of a folder is KerasHub's."""
    path = os.path.join(folder, CONFIG)
    return files.file_exists(path) and "class_name" in json_files.read_json(
        path, dict[str, Any]
    )


def keras_hub_model(folder) -> SourceModel:
    """Reads a preset of KerasHub: a BERT, and its head if it has one.

    Nothing of KerasHub is needed, and no class that a file names is imported.

    Args:
        folder: Path with `config.json` and `model.weights.h5`, and of a
            classifier or a masked LM `task.json` and `task.weights.h5`.

    Raises:
        ValueError: If a file is missing or damaged, the model is no BERT, or
            its sizes are not those of the weights. Names the file or the key.
    """
    path = os.path.join(folder, CONFIG)
    preset = json_files.read_json(path, _Preset)
    if preset["class_name"] != "BertBackbone":
        raise ValueError(
            "`class_name` of KerasHub's config.json must be 'BertBackbone'. "
            f"Received: {path}: class_name={preset['class_name']!r}."
        )
    config = {**KERAS_HUB_BERT.defaults, **preset["config"]}
    weights_path = os.path.join(folder, WEIGHTS)
    weights = {
        f"{KERAS_HUB_BERT.prefix}{name}": value
        for name, value in read_weights(weights_path).items()
    }
    if files.file_exists(os.path.join(folder, TASK)):
        config |= _add_head(folder, weights)
    _join(weights, config, weights_path)
    return SourceModel(folder, KERAS_HUB_BERT, config, weights)


def _add_head(folder, weights):
    """Adds the weights of a head, and gives its configuration."""
    path = os.path.join(folder, TASK)
    task = json_files.read_json(path, _Task)
    if task["class_name"] not in ("BertTextClassifier", "BertMaskedLM"):
        return {}
    found = read_weights(os.path.join(folder, TASK_WEIGHTS))
    weights |= {f"task.{name}": value for name, value in found.items()}
    if task["class_name"] == "BertMaskedLM":
        return {"architectures": ["BertForMaskedLM"]}
    head = task["config"]
    # Ours gives logits.
    if head.get("activation") not in (None, "linear"):
        raise ValueError(
            "`activation` of KerasHub's classifier must be 'linear'. "
            f"Received: {path}: activation={head['activation']!r}."
        )
    bias, classes = found.get("layers.dense.vars.1"), head.get("num_classes")
    if bias is None or bias.shape != (classes,):
        raise ValueError(
            "`num_classes` of KerasHub's classifier must be the size of its "
            f"bias. Received: {path}: num_classes={classes}, bias of "
            f"{'none' if bias is None else bias.shape}."
        )
    return {
        "architectures": ["BertForSequenceClassification"],
        "id2label": {str(i): f"LABEL_{i}" for i in range(classes)},
    }


def _join(weights, config, path):
    """Joins heads and transposes kernels, as `SourceModel` takes them."""
    depth = min(config["num_layers"], len(weights))
    names = {
        ours: f"{KERAS_HUB_BERT.prefix}{theirs}"
        for ours, theirs in weight_names(KERAS_HUB_BERT.layers, depth).items()
    }
    for head in KERAS_HUB_BERT.heads.values():
        names |= weight_names(head, 1)
    for ours, theirs in names.items():
        if theirs not in weights:
            continue
        value = weights[theirs]
        if ours.endswith("query_kernel") and (
            value.ndim != 3 or value.shape[1] != config["num_heads"]
        ):
            raise ValueError(
                "`num_heads` must be the number of heads of the weights. "
                f"Received: {path}: num_heads={config['num_heads']}, "
                f"{theirs} of {value.shape}."
            )
        value = join_heads(ours, value)
        weights[theirs] = value.T if ours.endswith("kernel") else value
