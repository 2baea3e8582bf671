"""Loads an encoder from a BERT folder of Hugging Face."""

import os
import re
from typing import TypedDict

from nlp_modeling import json_files, layers, networks
from nlp_modeling.checkpoints.assign_weights import SourceWeight, assign_weights
from nlp_modeling.checkpoints.read_safetensors import read_safetensors

# Maps Hugging Face's names, as regular expressions, to the encoder's.
_NAMES = {
    r"embeddings\.word_embeddings\.weight": "word_embeddings/embeddings",
    r"embeddings\.position_embeddings\.weight": "position_embedding/embeddings",
    r"embeddings\.token_type_embeddings\.weight": "type_embeddings/embeddings",
    r"embeddings\.LayerNorm\.": "embeddings_norm/",
    r"encoder\.layer\.(\d+)\.": r"transformer_layer_\1/",
    r"attention\.self\.(query|key|value)\.": r"attention/\1_",
    r"attention\.output\.dense\.": "attention/output_",
    r"attention\.output\.LayerNorm\.": "attention_norm/",
    r"intermediate\.dense\.": "feed_forward/inner/",
    r"output\.dense\.": "feed_forward/output/",
    r"output\.LayerNorm\.": "output_norm/",
    r"pooler\.dense\.": "pooler_transform/",
    # Old files have gamma and beta.
    r"_norm/weight$": "_norm/gamma",
    r"_norm/bias$": "_norm/beta",
    r"weight$": "kernel",
}
_ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": layers.approximate_gelu,
    "gelu_pytorch_tanh": layers.approximate_gelu,
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}
_PRECISIONS = ("float32", "float16", "bfloat16", "float64")
# What a key must be, if it is there: no other BERT is read.
_NEEDED = {
    "model_type": "bert",
    "position_embedding_type": "absolute",
    "layer_norm_eps": 1e-12,
    "is_decoder": False,
    "add_cross_attention": False,
}
# Hugging Face leaves out of a file what is equal to its default:
# https://huggingface.co/docs/transformers/model_doc/bert#transformers.BertConfig
_DEFAULTS = {
    "vocab_size": 30522,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
}


class _Config(TypedDict, total=False):
    model_type: str
    position_embedding_type: str
    layer_norm_eps: float
    is_decoder: bool
    add_cross_attention: bool
    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    hidden_act: str
    hidden_dropout_prob: float
    attention_probs_dropout_prob: float
    max_position_embeddings: int
    type_vocab_size: int


def encoder_from_hugging_face(folder, ignore=(), **arguments):
    """Loads an encoder from a BERT folder of Hugging Face.

    Args:
        folder: Path with `config.json` and `model.safetensors`, or its shards.
        ignore: Prefixes of names of weights to ignore, for example `"cls."`,
            the heads of a pretrained model.
        **arguments: Arguments of `TransformerEncoder` in place of the
            configuration's.

    Returns:
        A `TransformerEncoder` for any length up to the table of positions. Its
        pooler is random if the folder has none. Models of masked words, spans
        or tokens have none.

    Raises:
        ImportError: If `safetensors` is not installed.
        ValueError: If a file is missing or damaged, the configuration is not
            one of BERT, or a weight is missing, left over or of another shape.
            Names the file or the folder.
    """
    path = os.path.join(folder, "config.json")
    config = _DEFAULTS | json_files.read_json(path, _Config)
    _require(config, path)
    found = read_safetensors(folder)
    try:
        encoder = networks.TransformerEncoder(
            **{**_arguments(config), **arguments}
        )
        weights = _renamed(found, tuple(ignore))
        assign_weights(encoder, weights, optional="pooler_transform")
    except ValueError as error:
        raise ValueError(
            "A folder of Hugging Face must hold a BERT. "
            f"Received: {folder}: {error}"
        ) from error
    return encoder


def _require(config, path):
    for key, value in _NEEDED.items():
        if config.get(key, value) != value:
            raise ValueError(
                f"`{key}` of a BERT's config.json must be {value!r}. "
                f"Received: {path}: {key}={config[key]!r}."
            )
    if config["hidden_act"] not in _ACTIVATIONS:
        raise ValueError(
            f"`hidden_act` of a BERT's config.json must be one of "
            f"{list(_ACTIVATIONS)}. "
            f"Received: {path}: hidden_act={config['hidden_act']!r}."
        )


def _arguments(config):
    return {
        "vocab_size": config["vocab_size"],
        "hidden_size": config["hidden_size"],
        "num_layers": config["num_hidden_layers"],
        "num_attention_heads": config["num_attention_heads"],
        "sequence_length": None,
        "max_sequence_length": config["max_position_embeddings"],
        "type_vocab_size": config["type_vocab_size"],
        "intermediate_size": config["intermediate_size"],
        "activation": _ACTIVATIONS[config["hidden_act"]],
        "dropout_rate": config["hidden_dropout_prob"],
        "attention_dropout_rate": config["attention_probs_dropout_prob"],
    }


def _renamed(found, ignore):
    weights = {}
    for name, value in found.items():
        # Old versions stored the numbers 0, 1, ... here, which are no weight.
        if name.endswith("embeddings.position_ids") or name.startswith(ignore):
            continue
        if value.dtype.name not in _PRECISIONS:
            raise ValueError(
                f"Weights must be one of {_PRECISIONS}, not quantized. "
                f"Received: {name}: {value.dtype.name}."
            )
        ours = name.removeprefix("bert.")
        for pattern, replacement in _NAMES.items():
            ours = re.sub(pattern, replacement, ours)
        # A PyTorch kernel is [outputs, inputs].
        value = value.T if ours.endswith("kernel") else value
        weights[ours] = SourceWeight(name, value.astype("float32"))
    return weights
