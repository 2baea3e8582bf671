"""Finds the folder that describes a model or an encoder."""

import os

from nlp_modeling import files
from nlp_modeling.checkpoints.source_folder import source_folder

# Where the programs leave a fine-tuned model, and an encoder.
_WITHIN = ("", "model", "encoder")


def find_preset(source) -> str:
    """Finds the folder that describes a model or an encoder.

    Args:
        source: A folder with `config.json`, or a run's folder, which has one
            as `model/` or `encoder/`; or its name on a hub, see
            `source_folder`.

    Raises:
        ValueError: If there is none.
    """
    source = source_folder(source)
    for name in _WITHIN:
        folder = os.path.join(source, name) if name else source
        if files.file_exists(os.path.join(folder, "config.json")):
            return folder
    raise ValueError(
        "A model or an encoder must come from a folder with config.json, or "
        "from the folder of a run, which has one as model/ or encoder/. "
        f"Received: {source!r}."
    )
