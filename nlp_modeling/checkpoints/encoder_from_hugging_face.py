"""Loads an encoder from a BERT folder of Hugging Face."""

import json
import pathlib
import re

from nlp_modeling import layers, networks
from nlp_modeling.checkpoints.assign_weights import SourceWeight, assign_weights

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


def encoder_from_hugging_face(folder, ignore=(), **arguments):
    """Loads an encoder from a BERT folder of Hugging Face.

    Args:
        folder: Path with `config.json` and `model.safetensors`.
        ignore: Prefixes of names of weights to ignore, for example `"cls."`,
            the heads of a pretrained model.
        **arguments: Arguments of `TransformerEncoder` in place of the
            configuration's.

    Returns:
        A `TransformerEncoder` for any length up to the table of positions. Its
        pooler is random if the folder has none. Models of masked words, spans
        or tokens have none.

    Raises:
        FileNotFoundError: If a file is missing.
        ImportError: If `safetensors` is not installed.
        ValueError: If the configuration is not one of BERT, or a weight is
            missing, left over or of another shape.
    """
    folder = pathlib.Path(folder)
    with open(folder / "config.json", encoding="utf-8") as file:
        config = json.load(file)
    encoder = networks.TransformerEncoder(**_arguments(config) | arguments)
    weights = _read(folder / "model.safetensors", tuple(ignore))
    assign_weights(encoder, weights, optional="pooler_transform")
    return encoder


def _arguments(config):
    for key, value in {
        "model_type": "bert",
        "position_embedding_type": "absolute",
        "layer_norm_eps": 1e-12,
    }.items():
        if config.get(key, value) != value:
            raise ValueError(
                f"`{key}` of config.json must be {value!r}. "
                f"Received: {key}={config[key]!r}."
            )
    if config["hidden_act"] not in _ACTIVATIONS:
        raise ValueError(
            f"`hidden_act` of config.json must be one of {list(_ACTIVATIONS)}. "
            f"Received: hidden_act={config['hidden_act']!r}."
        )
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


def _read(path, ignore):
    try:
        from safetensors import numpy as safetensors
    except ImportError as error:
        raise ImportError(
            f"Reading {path.name} needs `pip install safetensors`."
        ) from error
    weights = {}
    for name, value in safetensors.load_file(path).items():
        # Old versions stored the numbers 0, 1, ... here, which are no weight.
        if name.endswith("embeddings.position_ids") or name.startswith(ignore):
            continue
        ours = name.removeprefix("bert.")
        for pattern, replacement in _NAMES.items():
            ours = re.sub(pattern, replacement, ours)
        # A PyTorch kernel is [outputs, inputs].
        value = value.T if ours.endswith("kernel") else value
        weights[ours] = SourceWeight(name, value)
    return weights
