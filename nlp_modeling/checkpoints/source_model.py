"""Reads a folder of another system."""

import os

from nlp_modeling import files
from nlp_modeling.checkpoints.google_bert.read_checkpoint import (
    CONFIG,
    google_bert_model,
)
from nlp_modeling.checkpoints.hugging_face.read_folder import hugging_face_model
from nlp_modeling.checkpoints.hugging_face.source_model import SourceModel
from nlp_modeling.checkpoints.keras_hub.read_preset import (
    is_keras_hub,
    keras_hub_model,
)


def source_model(folder) -> SourceModel:
    """Reads a folder of Hugging Face, google-research/bert or KerasHub.

    Args:
        folder: Path with `config.json` or `bert_config.json`.

    Raises:
        ValueError: As `hugging_face_model`, `google_bert_model` and
            `keras_hub_model` do.
    """
    if files.file_exists(os.path.join(folder, CONFIG)):
        return google_bert_model(folder)
    if is_keras_hub(folder):
        return keras_hub_model(folder)
    return hugging_face_model(folder)
