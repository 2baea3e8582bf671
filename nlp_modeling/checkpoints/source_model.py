"""Reads a folder of another system."""

import os

from nlp_modeling import files
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
    if google_config(folder):
        return google_bert_model(folder)
    if is_keras_hub(folder):
        return keras_hub_model(folder)
    config = os.path.join(folder, "config.json")
    saved_model = os.path.join(folder, SAVED_MODEL)
    if files.file_exists(saved_model) and not files.file_exists(config):
        return tf_hub_model(folder)
    return hugging_face_model(folder)
