"""Reads a SavedModel of a BERT from TF Hub."""

import os
import re

import numpy as np

from nlp_modeling import files
from nlp_modeling.checkpoints.attention_heads import join_heads
from nlp_modeling.checkpoints.google_bert.google_name import google_name
from nlp_modeling.checkpoints.hugging_face.bert import BERT
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel
from nlp_modeling.checkpoints.layer_names import weight_names
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint
from nlp_modeling.checkpoints.restore_from_model_garden import (
    path_of_variable,
)
from nlp_modeling.checkpoints.whole_checkpoints import is_whole

SAVED_MODEL = "saved_model.pb"
_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
# What an exporter stores beside the weights.
_STATE = {
    f"{name}/.ATTRIBUTES/VARIABLE_VALUE"
    for name in ("do_lower_case", "save_counter")
}
_QUERY = re.compile(r"transformer_layer_\d+/attention/query_kernel")


def tf_hub_model(folder) -> SourceModel:
    """Reads a SavedModel of a BERT from TF Hub, which Model Garden exported.

    Only the variables are read, so no code of the SavedModel is run. They have
    all sizes, but not the activation, which is taken for the approximate GELU,
    Model Garden's "gelu".

    Reference:
        official/nlp/tools/export_tfhub_lib.py of
        https://github.com/tensorflow/models

    Args:
        folder: Path with `saved_model.pb` and `variables/`.

    Raises:
        ImportError: If TensorFlow is not installed.
        ValueError: If the variables are missing, damaged, or not those of a
            BERT. Names the folder and the variable.
    """
    head = weight_names(BERT.heads["ForMaskedLM"], 1)
    paths = {google_name(theirs): ours for ours, theirs in head.items()}
    given = [(name, _path(name, paths), x) for name, x in _variables(folder)]
    queries = [x for _, path, x in given if _QUERY.fullmatch(path)]
    if not queries or queries[0].ndim != 3:
        raise ValueError(
            "A SavedModel must be of Model Garden's BERT, as on TF Hub; what "
            "`export_model` writes is read by `predict` alone. "
            f"Received: {folder}, with other variables."
        )
    layers = weight_names(BERT.layers, len(queries))
    names = {x: f"{BERT.prefix}{y}" for x, y in layers.items()} | head
    heads = queries[0].shape[1]
    weights = {}
    for name, path, value in given:
        if path not in names or names[path] in weights:
            raise ValueError(
                "A SavedModel of a BERT must have each of its variables once, "
                f"and no other ones. Received: {folder}: {name}."
            )
        value = _joined(path, value, heads, f"{folder}: {name}")
        weights[names[path]] = value.T if path.endswith("kernel") else value
    config = {
        **BERT.defaults,
        "hidden_act": "gelu_new",
        "num_hidden_layers": len(queries),
        "num_attention_heads": heads,
    }
    for key, (name, axis) in BERT.sizes.items():
        # `SourceModel` misses what is not there.
        weight = weights.get(f"{BERT.prefix}{name}")
        config[key] = None if weight is None else weight.shape[axis]
    if weights.keys() & set(head.values()):
        config["architectures"] = [BERT.architecture("ForMaskedLM")]
    return SourceModel(folder, BERT, config, weights)


def _variables(folder):
    """Lists the variables with the names that they had when they were made."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import trackable_object_graph_pb2

    path = os.path.join(folder, "variables", "variables")
    graph = trackable_object_graph_pb2.TrackableObjectGraph()
    try:
        if not files.file_exists(f"{path}.index") or not is_whole(path):
            raise DecodeError
        reader = open_checkpoint(path)
        keys = reader.get_variable_to_shape_map().keys() - _STATE
        if _OBJECTS in keys:
            graph.ParseFromString(reader.get_tensor(_OBJECTS))
    except DecodeError:
        raise ValueError(
            "A SavedModel must have its whole variables. "
            f"Received: {path}, missing or damaged."
        ) from None
    names = {
        each.checkpoint_key: each.full_name
        for node in graph.nodes
        for each in node.attributes
    }
    return [
        (names.get(key) or key, np.asarray(reader.get_tensor(key)))
        for key in sorted(keys - {_OBJECTS})
    ]


def _path(name, head):
    """Gives the path here of a variable of the encoder or of the head."""
    _, found, end = name.partition("cls/predictions/")
    if not found:
        return path_of_variable(name)
    theirs = f"{found}{end}".replace("output_bias/bias", "output_bias")
    return head.get(theirs, name)


def _joined(path, value, heads, name):
    """Joins the heads of a weight, after a look at its axes."""
    is_parted = "/attention/" in path and not path.endswith("output_bias")
    rank = 1 + path.endswith(("kernel", "embeddings")) + is_parted
    axis = -3 if path.endswith("output_kernel") else -2
    if value.ndim != rank or (is_parted and value.shape[axis] != heads):
        raise ValueError(
            f"A variable of a BERT must have {rank} axes, and {heads} heads if "
            f"it is of attention. Received: {name} of {value.shape}."
        )
    return join_heads(path, value)
