"""Guesses the words at [MASK]."""

import os

from nlp_modeling import files, models


def load_pretrainer(model_dir: str) -> models.BertPretrainer:
    """Loads the masked-LM model of a run, with its tokenizer.

    Raises:
        ValueError: If the folder is not that of a finished run.
    """
    encoder = os.path.join(model_dir, "encoder", "config.json")
    checkpoints = os.path.join(model_dir, "checkpoints")
    if not (files.file_exists(encoder) and files.is_folder(checkpoints)):
        raise ValueError(
            "--model_dir must be the folder of a finished run of "
            "run_pretraining, with encoder/ and checkpoints/. Received: "
            f"{model_dir}."
        )
    return models.BertPretrainer.from_preset(model_dir)


def describe_guesses(fill: models.MaskFiller, text: str) -> list[str]:
    """Writes a line for each [MASK] of a text: words and probabilities."""
    return [
        "  " + ", ".join(f"{word} {share:.1%}" for word, share in guesses)
        for guesses in fill(text)
    ]
