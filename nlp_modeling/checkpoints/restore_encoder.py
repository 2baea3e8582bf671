"""Restores an encoder's weights from a folder or a checkpoint."""

import contextlib
import os
import re
from typing import Any, TypedDict

from nlp_modeling import files, json_files, networks
from nlp_modeling.checkpoints.find_preset import CONFIGS, has_config
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint
from nlp_modeling.checkpoints.restore_from_model_garden import (
    restore_from_model_garden,
)
from nlp_modeling.checkpoints.restore_from_run import restore_from_run
from nlp_modeling.checkpoints.source_folder import source_folder
from nlp_modeling.checkpoints.source_model import source_model
from nlp_modeling.checkpoints.whole_checkpoints import (
    is_whole,
    whole_checkpoints,
)

# Prefixes of weights of heads and optimizers, which an encoder does not have.
_HEADS_OF_MODEL_GARDEN = (
    "masked_lm/",
    "classification_heads/",
    "next_sentence",
    "optimizer/",
    "model/",
    "step",
    "global_step",
)
# A preset's config.json has the name of its class.
_Config = TypedDict("_Config", {"class": Any}, total=False)


def load_encoder(folder, **arguments):
    """Loads an encoder from a folder.

    Args:
        folder: A preset, or a folder of Hugging Face, google-research,
            KerasHub or TF Hub; or its name on a hub, see `source_folder`.
        **arguments: Arguments of the encoder in place of the folder's.

    Raises:
        ValueError: If the folder has no configuration, or a weight does not
            fit.
    """
    folder = source_folder(folder)
    if not has_config(folder):
        raise ValueError(
            f"An encoder must come from a folder with {' or '.join(CONFIGS)}. "
            f"Received: {folder}."
        )
    config = os.path.join(folder, "config.json")
    if files.file_exists(config) and "class" in json_files.read_json(
        config, _Config
    ):
        return networks.Encoder.from_preset(folder, **arguments)
    return source_model(folder).encoder(**arguments)


def restore_encoder(encoder, source) -> str:
    """Restores an encoder's weights from a folder or a checkpoint.

    Args:
        encoder: The encoder whose weights are assigned.
        source: Path of a preset, a folder of Hugging Face, google-research,
            KerasHub or TF Hub, a run's folder or checkpoint, or a Model Garden
            checkpoint.

    Returns:
        The format that the source was read as.

    Raises:
        ValueError: If the source has none of these formats, or a weight is
            missing, left over or of another shape.
    """
    if has_config(source):
        found = load_encoder(source)
        with _named(source):
            _copy(found, encoder)
        return "a folder with a configuration"
    checkpoint = newest_checkpoint(source)
    if checkpoint is None:
        raise ValueError(
            f"Weights must come from a folder with {' or '.join(CONFIGS)}, a "
            f"run's folder or a checkpoint of TensorFlow. Received: {source}."
        )
    if is_of_a_run(checkpoint):
        restore_from_run(encoder, checkpoint)
        return "a run's checkpoint"
    with _named(checkpoint):
        restore_from_model_garden(encoder, checkpoint, _HEADS_OF_MODEL_GARDEN)
    return "a Model Garden checkpoint"


def newest_checkpoint(source) -> str | None:
    """Finds the path of the newest whole TensorFlow checkpoint.

    Args:
        source: Path of a checkpoint or its index, its folder, or a run's
            folder.

    Returns:
        The path; None if there is no checkpoint.

    Raises:
        ValueError: If there are checkpoints, and all are damaged.
    """
    source = os.fspath(source).removesuffix(".index")
    if files.file_exists(f"{source}.index"):
        if not is_whole(source):
            raise ValueError(
                "A checkpoint must have its whole index and data. "
                f"Received: {source}, which is damaged."
            )
        return source
    for folder in (source, f"{source}/checkpoints"):
        if found := whole_checkpoints(folder):
            return found[-1]
    return None


def is_of_a_run(checkpoint) -> bool:
    """Tells whether a program of this package wrote a TensorFlow checkpoint."""
    keys = open_checkpoint(checkpoint).get_variable_to_shape_map()
    # A named encoder's name comes first. TensorFlow writes a "/" as ".S".
    table = re.compile(r"model/(.+\.S)?word_embeddings\.Sembeddings/")
    return any(map(table.match, keys))


@contextlib.contextmanager
def _named(source):
    """Names the source in errors about its weights."""
    try:
        yield
    except ValueError as error:
        raise ValueError(
            f"Weights must fit the encoder. Received: {source}: {error}"
        ) from error


def _copy(source, target):
    """Assigns weights by their paths within the encoders."""
    values = source.weights_by_path()
    for path, weight in target.weights_by_path().items():
        value = values.pop(path, None)
        if value is None or value.shape != weight.shape:
            raise ValueError(
                f"{weight.path} must be of shape {tuple(weight.shape)}. "
                f"Received: {'none' if value is None else value.shape}."
            )
        weight.assign(value)
    if values:
        raise ValueError(
            "The encoder has no place for these weights of the source: "
            f"{sorted(values)}."
        )
