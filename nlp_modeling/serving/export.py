"""Writes a served model as one artefact."""

import os
from collections.abc import Callable, Mapping

import tensorflow as tf

from nlp_modeling import data, files
from nlp_modeling.serving.artefact_files import word_files, write_card
from nlp_modeling.serving.model_card import ModelCard
from nlp_modeling.serving.served_model import ServedModel

# Shapes: B batch.


def export(
    served: ServedModel,
    folder: str,
    card: ModelCard | None = None,
    overwrite: bool = False,
    measure: Callable[[str], Mapping[str, float]] | None = None,
) -> None:
    """Writes a served model as one artefact, whole or not at all.

    The folder holds a SavedModel, `vocab.txt`, the model card `README.md`, and
    `labels.txt` if there are labels. The one signature, `serving_default`,
    takes string [B] by the names in `served.inputs`. Loading needs TensorFlow
    and tensorflow_text alone:

        loaded = tf.saved_model.load(folder)
        loaded.signatures["serving_default"](text=tf.constant(["A text."]))

    Args:
        served: A served model, for example a `Classifier`.
        folder: Path of the folder to write, see `files`.
        card: The model card; None for an empty one.
        overwrite: Whether to replace an existing folder.
        measure: Applies the artefact in a folder, and gives its scores by the
            names of metrics, for the card; None for no scores.

    Raises:
        FileExistsError: If `folder` exists and `overwrite` is false.
        ValueError: If the tokenizer is not of TensorFlow's operations.
    """
    if not served.tokenizer.is_in_graph:
        raise ValueError(
            "A SavedModel cannot split texts into byte pairs; ONNX and LiteRT "
            f"can. Received: {type(served.tokenizer).__name__}."
        )
    module = tf.Module()
    module.serve = tf.function(
        served.__call__,
        autograph=False,
        input_signature=[
            tf.TensorSpec([None], tf.string, name) for name in served.inputs
        ],
    )
    with data.whole_output(folder, overwrite) as partial:
        tf.saved_model.save(
            module, partial, signatures={"serving_default": module.serve}
        )
        for name, content in word_files(served).items():
            files.replace_file(os.path.join(partial, name), content)
        write_card(partial, served, card, measure=measure)
