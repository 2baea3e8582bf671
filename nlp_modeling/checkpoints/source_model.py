"""Reads a folder of another system."""

import os
from typing import Any

from nlp_modeling import files, json_files
from nlp_modeling.checkpoints.google_bert.read_checkpoint import (
    google_bert_model,
    google_config,
)
from nlp_modeling.checkpoints.hugging_face.read_folder import hugging_face_model
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel
from nlp_modeling.checkpoints.keras_hub.read_preset import (
    is_keras_hub,
    keras_hub_model,
)
from nlp_modeling.checkpoints.read_tf_hub import SAVED_MODEL, tf_hub_model


def source_model(folder) -> SourceModel:
    """Reads a folder of Hugging Face, google-research, KerasHub or TF Hub.

    Args:
        folder: Path with one of `find_preset.CONFIGS`.

    Raises:
        ValueError: As `hugging_face_model`, `google_bert_model`,
            `keras_hub_model` and `tf_hub_model` do.
    """
    return _READERS[source_system(folder)](folder)


def source_system(folder) -> str:
    """Names the system that a folder is of.

    Args:
        folder: Path with one of `find_preset.CONFIGS`.

    Returns:
        "google-research", "KerasHub", "TF Hub" or "Hugging Face"; or
        "nlp_modeling" for a preset of this package.
    """
    if google_config(folder):
        return "google-research"
    if is_keras_hub(folder):
        return "KerasHub"
    config = os.path.join(folder, "config.json")
    if not files.file_exists(config):
        saved_model = os.path.join(folder, SAVED_MODEL)
        return "TF Hub" if files.file_exists(saved_model) else "Hugging Face"
    is_preset = "class" in json_files.read_json(config, dict[str, Any])
    return "nlp_modeling" if is_preset else "Hugging Face"


_READERS = {
    "google-research": google_bert_model,
    "KerasHub": keras_hub_model,
    "TF Hub": tf_hub_model,
    "Hugging Face": hugging_face_model,
}
