"""Writes a served model for LiteRT, which runs on phones."""

import os
from collections.abc import Callable, Mapping

import tensorflow as tf

from nlp_modeling import data, files
from nlp_modeling.serving.artefact_files import (
    artefact_files,
    word_files,
    write_card,
)
from nlp_modeling.serving.classifier import Classifier
from nlp_modeling.serving.embedder import Embedder
from nlp_modeling.serving.frozen_call import frozen_call
from nlp_modeling.serving.model_card import ModelCard
from nlp_modeling.serving.reader import Reader
from nlp_modeling.serving.served_model import ServedModel

# Shapes: S sequence, C classes, H hidden.


def export_litert(
    served: ServedModel,
    folder: str,
    card: ModelCard | None = None,
    overwrite: bool = False,
    quantize: str | None = None,
    measure: Callable[[str], Mapping[str, float]] | None = None,
) -> None:
    """Writes a served model for LiteRT, whole or not at all.

    The folder holds `model.tflite`, `vocab.txt`, `labels.txt` if there are
    labels, `tokenizer.json` and `artefact.json` as for ONNX Runtime, and the
    model card `README.md`. The one signature takes `input_word_ids`,
    `input_mask` and `input_type_ids`, int32 [1, S], and gives one output. All
    operators are LiteRT's own, and none is TensorFlow's ("Flex").

    Args:
        served: A served model, for example a `Classifier`.
        folder: Path of the folder to write, see `files`.
        card: The model card; None for an empty one.
        overwrite: Whether to replace an existing folder.
        quantize: "int8" for kernels and tables of 8 bits, with activations
            quantized while they are computed; None for float32.
        measure: Applies the artefact in a folder, and gives its scores by the
            names of metrics, for the card; None for no scores.

    Raises:
        FileExistsError: If `folder` exists and `overwrite` is false.
        ImportError: If `tokenizers` is not installed.
        ValueError: If LiteRT has no operator for a part of the model, or
            `quantize` is unknown.
    """
    texts = {
        **artefact_files(served, quantize),
        **word_files(served),
    }
    model = _converted(served, quantize)
    with data.whole_output(folder, overwrite) as partial:
        files.make_folder(partial)
        path = os.path.join(partial, "model.tflite")
        with files.open_file(path, "wb") as file:
            file.write(model)
        for name, content in texts.items():
            files.replace_file(os.path.join(partial, name), content)
        write_card(partial, served, card, _USE, measure)


_USE = """\
`python -m official_runs.predict --model_export_path=FOLDER` applies it. It
needs the libraries `ai-edge-litert` and `tokenizers`, and no TensorFlow.
`model.tflite` takes ids of one text, padded to its one length.
`artefact.json` says which texts the tokenizer takes."""


def _converted(served, quantize):
    """Converts the graph of a model and of what it serves."""
    name, call = _of_features(served)
    length = served.model.input["input_word_ids"].shape[1]
    specs = [
        tf.TensorSpec([1, length or served.sequence_length], tf.int32, feature)
        for feature in ("input_word_ids", "input_mask", "input_type_ids")
    ]

    @tf.function(autograph=False, input_signature=specs)
    def serve(input_word_ids, input_mask, input_type_ids):
        features = {
            "input_word_ids": input_word_ids,
            "input_mask": input_mask,
            "input_type_ids": input_type_ids,
        }
        return {name: call(features)}

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [serve.get_concrete_function()], tf.Module()
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if quantize:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    try:
        return converter.convert()
    except Exception as error:  # The converter has errors of its own.
        (first, *_) = str(error).splitlines() or [""]
        raise ValueError(
            "A model for LiteRT must have LiteRT's operators alone. "
            f"Received: {served.model.name!r}: {type(error).__name__}: {first}"
        ) from error


def _of_features(served):
    """Gives the output's name, and a function from features to it."""
    if isinstance(served, Embedder):
        return "embedding", served.embed
    call = frozen_call(served.model)
    if isinstance(served, Reader):
        return "span_logits", lambda x: tf.stack(call(x), axis=-1)
    if not served.labels:
        return "score", call
    is_classifier = isinstance(served, Classifier)
    name = "probabilities" if is_classifier else "tag_probabilities"
    return name, lambda x: tf.nn.softmax(call(x))
