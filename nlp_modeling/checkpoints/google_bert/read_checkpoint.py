"""Reads a checkpoint of google-research/bert."""

import os
import re

from nlp_modeling import files
from nlp_modeling.checkpoints.google_bert.google_name import google_name
from nlp_modeling.checkpoints.hugging_face.bert import BERT
from nlp_modeling.checkpoints.hugging_face.read_config import read_config
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel
from nlp_modeling.checkpoints.layer_names import weight_names
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint
from nlp_modeling.checkpoints.whole_checkpoints import is_whole

CONFIG, CHECKPOINT = "bert_config.json", "bert_model.ckpt"
# A run's state, which is no weight of a model.
_STATE = re.compile(r"(.*/adam_[mv]|global_step|.*/LAMB\w*|beta\d_power)$")


def google_bert_model(folder) -> SourceModel:
    """Reads a folder of google-research/bert: an encoder, and its heads.

    Args:
        folder: Path with `bert_config.json` and the one checkpoint, for example
            `bert_model.ckpt.index` and its data.

    Raises:
        ImportError: If TensorFlow is not installed.
        ValueError: If a file is missing or damaged, or there are weights that
            are not of a BERT. Names the file.
    """
    _, config = read_config(folder, CONFIG)
    path = os.path.join(folder, _checkpoint(folder))
    if not is_whole(path):
        raise ValueError(
            "A checkpoint must have its whole index and data. "
            f"Received: {path}, which is damaged."
        )
    reader = open_checkpoint(path)
    shapes = reader.get_variable_to_shape_map()
    names = {google_name(name): name for name in _names(shapes)}
    more = [x for x in shapes if x not in names and not _STATE.match(x)]
    if more:
        raise ValueError(
            "A checkpoint of google-research/bert must have the weights of a "
            f"BERT alone. Received: {path}: {sorted(more)[:5]}."
        )
    weights = {}
    for theirs in names.keys() & shapes.keys():
        value = reader.get_tensor(theirs)
        is_kernel = theirs.endswith("kernel")
        weights[names[theirs]] = value.T if is_kernel else value
    if config["hidden_act"] == "gelu":  # Google's is the approximate one.
        config["hidden_act"] = "gelu_new"
    config = {**config, "architectures": [f"{BERT.name}{_head(weights)}"]}
    if "classifier.weight" in weights:
        ids = range(len(weights["classifier.weight"]))
        config["id2label"] = {str(i): f"LABEL_{i}" for i in ids}
    return SourceModel(path, BERT, config, weights)


def _names(shapes):
    """Lists Hugging Face's names of all weights that a checkpoint may have."""
    numbers = [re.search(r"encoder/layer_(\d+)/", name) for name in shapes]
    depth = 1 + max((int(x[1]) for x in numbers if x), default=0)
    layers = weight_names(BERT.layers, min(depth, len(shapes))).values()
    heads = (weight_names(x, 1).values() for x in BERT.heads.values())
    return [BERT.prefix + x for x in layers] + [
        x for head in heads for x in head
    ]


def _head(weights):
    """Finds the head that a checkpoint has; "Model" for none."""
    for head in BERT.heads:
        layers = weight_names(BERT.heads[head], 1).values()
        if weights.keys() >= set(layers):
            return head
    return "Model"


def _checkpoint(folder):
    found = [x for x in files.list_folder(folder) if x.endswith(".index")]
    if len(found) != 1:
        raise ValueError(
            "A folder of google-research/bert must have one checkpoint beside "
            f"{CONFIG}. Received: {folder}: {sorted(found)}."
        )
    return found[0].removesuffix(".index")
