"""Reads what a SavedModel of TF Hub says of its tokenizer."""

import os

from nlp_modeling import files
from nlp_modeling.text.lazy_tensorflow import tf

TF_HUB_VOCABULARY = os.path.join("assets", "vocab.txt")
_LOWER_CASE = "do_lower_case/.ATTRIBUTES/VARIABLE_VALUE"


def tf_hub_settings(folder: str) -> dict:
    """Reads what a SavedModel of TF Hub says of its tokenizer.

    Returns:
        The `vocabulary`, and `lower_case` if the SavedModel has it; nothing if
        the folder has no vocabulary where TF Hub has it.

    Raises:
        ValueError: If the SavedModel is damaged. Names the file.
    """
    vocabulary = os.path.join(folder, TF_HUB_VOCABULARY)
    if not files.file_exists(vocabulary):
        return {}
    path = files.plain_path(os.path.join(folder, "variables", "variables"))
    try:
        reader = tf.compat.v1.train.NewCheckpointReader(path)
        if not reader.has_tensor(_LOWER_CASE):
            return {"vocabulary": vocabulary}
        lower_case = bool(reader.get_tensor(_LOWER_CASE))
    except (tf.errors.OpError, ValueError, RuntimeError, IndexError):
        raise ValueError(
            "A SavedModel must have its whole variables. "
            f"Received: {path}, missing or damaged."
        ) from None
    return {"vocabulary": vocabulary, "lower_case": lower_case}
