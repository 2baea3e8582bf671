"""Reads a checkpoint of google-research: a BERT, an ALBERT or an ELECTRA."""

import os
import re

import numpy as np

from nlp_modeling import files
from nlp_modeling.checkpoints.google_bert.electra_part import electra_part
from nlp_modeling.checkpoints.google_bert.google_name import google_name
from nlp_modeling.checkpoints.hugging_face.albert import ALBERT
from nlp_modeling.checkpoints.hugging_face.bert import BERT
from nlp_modeling.checkpoints.hugging_face.electra import ELECTRA
from nlp_modeling.checkpoints.hugging_face.read_config import read_config
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel
from nlp_modeling.checkpoints.layer_names import weight_names
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint
from nlp_modeling.checkpoints.whole_checkpoints import is_whole

# The heads follow from the hidden size, as in its programs.
_ELECTRA = ELECTRA._replace(
    defaults={
        key: value
        for key, value in ELECTRA.defaults.items()
        if key != "num_attention_heads"
    }
)
CONFIG, CHECKPOINT = "bert_config.json", "bert_model.ckpt"
# The file that describes a model of each family.
CONFIGS = {
    CONFIG: BERT,
    "albert_config.json": ALBERT,
    "electra_config.json": _ELECTRA,
}
# A run's state, which is no weight of a model.
_STATE = re.compile(r"(.*/adam_[mv]|global_step|.*/LAMB\w*|beta\d_power)$")


def google_config(folder) -> str | None:
    """Finds the configuration of google-research in a folder, or None."""
    for name in CONFIGS:
        if files.file_exists(os.path.join(folder, name)):
            return name
    return None


def google_bert_model(folder) -> SourceModel:
    """Reads a folder of google-research: an encoder, and its heads.

    Args:
        folder: Path with `bert_config.json`, `albert_config.json` or
            `electra_config.json`, and the one checkpoint, for example
            `bert_model.ckpt.index` and its data. google-research/electra
            writes no configuration: `electra_config.json` is Hugging Face's
            `config.json` of the model, whose `architectures` chooses the
            generator ("ElectraForMaskedLM") or the discriminator.

    Raises:
        ImportError: If TensorFlow is not installed.
        ValueError: If a file is missing or damaged, or there are weights that
            are not of the model. Names the file.
    """
    name = google_config(folder) or CONFIG
    family, config = read_config(folder, name, CONFIGS.get(name))
    path = os.path.join(folder, _checkpoint(folder, name))
    if not is_whole(path):
        raise ValueError(
            "A checkpoint must have its whole index and data. "
            f"Received: {path}, which is damaged."
        )
    reader = open_checkpoint(path)
    keys = [
        x for x in reader.get_variable_to_shape_map() if not _STATE.match(x)
    ]
    found = {x: x for x in keys}
    if family is _ELECTRA:
        config.setdefault(
            "num_attention_heads", max(1, config["hidden_size"] // 64)
        )
        wanted = config.get("architectures") or []
        found = electra_part(keys, "ElectraForMaskedLM" in wanted)
    elif config["hidden_act"] == "gelu":  # The approximate one.
        config["hidden_act"] = "gelu_new"
    names = {google_name(x): x for x in _names(family, found)}
    if more := found.keys() - names.keys():
        raise ValueError(
            "A checkpoint of google-research must have the weights of the "
            f"{family.name} alone. Received: {path}: {sorted(more)[:5]}."
        )
    weights = {}
    for theirs, key in found.items():
        value = np.asarray(reader.get_tensor(key))
        is_kernel = theirs.endswith("kernel")
        weights[names[theirs]] = value.T if is_kernel else value
    architecture = family.architecture(_head(family, weights))
    config = {**config, "architectures": [architecture]}
    if "classifier.weight" in weights:
        ids = range(np.size(weights.get("classifier.bias", ())))
        config["id2label"] = {str(i): f"LABEL_{i}" for i in ids}
    return SourceModel(path, family, config, weights)


def _names(family, found):
    """Lists Hugging Face's names of all weights that a checkpoint may have."""
    numbers = [re.search(r"encoder/layer_(\d+)/", name) for name in found]
    depth = 1 + max((int(x[1]) for x in numbers if x), default=0)
    layers = weight_names(family.layers, min(depth, len(found))).values()
    return [family.prefix + x for x in layers] + [
        x for names in _heads(family).values() for x in names
    ]


def _heads(family):
    """Gives Hugging Face's names of the weights of each head."""
    return {
        head: set(weight_names(layers, 1).values())
        for head, layers in family.heads.items()
    }


def _head(family, weights):
    """Finds the smallest head with all that a checkpoint has; "Model" of none.

    What the checkpoint lacks of the head is then missed by its name.
    """
    found = {x for x in weights if not x.startswith(family.prefix)}
    heads = sorted(_heads(family).items(), key=lambda item: len(item[1]))
    fit = [head for head, names in heads if found and found <= names]
    return [*fit, "Model"][0]


def _checkpoint(folder, config):
    found = [x for x in files.list_folder(folder) if x.endswith(".index")]
    if len(found) != 1:
        raise ValueError(
            "A folder of google-research must have one checkpoint beside "
            f"{config}. Received: {folder}: {sorted(found)}."
        )
    return found[0].removesuffix(".index")
