"""Finds the folder that describes a model or an encoder."""

import os

from nlp_modeling import files
from nlp_modeling.checkpoints.google_bert import read_checkpoint
from nlp_modeling.checkpoints.read_tf_hub import SAVED_MODEL
from nlp_modeling.checkpoints.source_folder import source_folder

# Describes a model here, in Hugging Face's and KerasHub's folders; in Google's;
# on TF Hub.
CONFIGS = ("config.json", *read_checkpoint.CONFIGS, SAVED_MODEL)
# Where the programs leave a fine-tuned model, and an encoder.
_WITHIN = ("", "model", "encoder")


def find_preset(source) -> str:
    """Finds the folder that describes a model or an encoder.

    Args:
        source: A folder with one of `CONFIGS`, or a run's folder, which has
            one as `model/` or `encoder/`; or its name on a hub, see
            `source_folder`.

    Raises:
        ValueError: If there is none.
    """
    source = source_folder(source)
    for name in _WITHIN:
        folder = os.path.join(source, name) if name else source
        if has_config(folder):
            return folder
    raise ValueError(
        "A model or an encoder must come from a folder with "
        f"{' or '.join(CONFIGS)}, or from the folder of a run, which has one "
        f"as model/ or encoder/. Received: {source!r}."
    )


def has_config(folder) -> bool:
    """Tells whether a folder describes a model or an encoder."""
    return any(files.file_exists(os.path.join(folder, x)) for x in CONFIGS)
