"""Reads a folder of Hugging Face."""

import re

from nlp_modeling.checkpoints.hugging_face.read_config import read_config
from nlp_modeling.checkpoints.hugging_face.read_weights import read_weights
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel


def hugging_face_model(folder) -> SourceModel:
    """Reads a folder of Hugging Face: an encoder, and the heads of a model.

    Args:
        folder: Path with `config.json` and weights: `model.safetensors`,
            `pytorch_model.bin`, or the shards of one.

    Raises:
        ImportError: If the library that reads the weights is not installed.
        ValueError: If a file is missing or damaged, the configuration is not of
            a known family, or its sizes are not those of the weights. Names the
            file or the folder.
    """
    family, config = read_config(folder)
    weights = {
        _new_name(name): value
        for name, value in read_weights(folder).items()
        # Old versions stored the numbers 0, 1, ... here, which are no weight.
        if not name.endswith("embeddings.position_ids")
    }
    return SourceModel(folder, family, config, weights)


def encoder_from_hugging_face(folder, **arguments):
    """Loads an encoder from a folder of Hugging Face, without its heads.

    Args:
        folder: Path with `config.json` and weights of a BERT, ALBERT,
            DistilBERT, ELECTRA, RoBERTa, ModernBERT or MobileBERT.
        **arguments: Arguments of the encoder in place of the configuration's.

    Returns:
        A `TransformerEncoder` or an `AlbertEncoder` for any length up to the
        table of positions, a `ModernBertEncoder` or a `MobileBertEncoder`. Its
        pooler is random if the folder has none. Models of masked words, spans
        or tokens have none.

    Raises:
        ImportError: If the library that reads the weights is not installed.
        ValueError: As `hugging_face_model` does; or if a weight of the encoder
            is missing, left over or of another shape.
    """
    return hugging_face_model(folder).encoder(**arguments)


def _new_name(name):
    """Gives a weight of a norm the name of newer versions."""
    name = re.sub(r"LayerNorm\.gamma$", "LayerNorm.weight", name)
    return re.sub(r"LayerNorm\.beta$", "LayerNorm.bias", name)
