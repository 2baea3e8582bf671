"""Writes a served model for ONNX Runtime."""

import os
import tempfile
from collections.abc import Callable, Mapping

import keras

from nlp_modeling import data, files
from nlp_modeling.serving.artefact_files import artefact_files, write_card
from nlp_modeling.serving.classifier import Classifier
from nlp_modeling.serving.embedder import Embedder
from nlp_modeling.serving.model_card import ModelCard
from nlp_modeling.serving.onnx_graph import OnnxGraph
from nlp_modeling.serving.reader import Reader
from nlp_modeling.serving.served_model import ServedModel
from nlp_modeling.serving.tagger import Tagger

# Shapes: B batch, C classes, H hidden.


def export_onnx(
    served: ServedModel,
    folder: str,
    card: ModelCard | None = None,
    overwrite: bool = False,
    quantize: str | None = None,
    measure: Callable[[str], Mapping[str, float]] | None = None,
) -> None:
    """Writes a served model for ONNX Runtime, whole or not at all.

    The folder holds `model.onnx` (ids in, what the model serves out),
    `tokenizer.json` of the library `tokenizers` (strings to ids),
    `artefact.json`, which says what packs them, and the model card
    `README.md`. `predict` applies it without TensorFlow.

    Args:
        served: A `Classifier`, an `Embedder`, a `Reader` or a `Tagger`.
        folder: Path of the folder to write, see `files`.
        card: The model card; None for an empty one.
        overwrite: Whether to replace an existing folder.
        quantize: "int8" for kernels of 8 bits, with activations quantized
            while they are computed; None for float32.
        measure: Applies the artefact in a folder, and gives its scores by the
            names of metrics, for the card; None for no scores.

    Raises:
        FileExistsError: If `folder` exists and `overwrite` is false.
        ImportError: If `onnx`, `tokenizers` or, to quantize, `onnxruntime` is
            not installed.
        ValueError: If ONNX Runtime has no operator for a part of the model, a
            reader gives no logits, or `quantize` is unknown.
    """
    texts = artefact_files(served, quantize)
    graph = _graph(served)
    with data.whole_output(folder, overwrite) as partial:
        files.make_folder(partial)
        path = os.path.join(partial, "model.onnx")
        with files.written_locally(path) as local:
            _write(graph, local, quantize)
        for name, content in texts.items():
            files.replace_file(os.path.join(partial, name), content)
        write_card(partial, served, card, _USE, measure)


_USE = """\
`python -m official_runs.predict --model_export_path=FOLDER` applies it. It
needs the libraries `onnxruntime` and `tokenizers`, and no TensorFlow.
`artefact.json` says which texts the tokenizer takes, and what pads a batch."""


def _graph(served):
    """Writes the graph of a model and of what it serves."""
    if isinstance(served, Classifier):
        return _classifier(served.model)
    if isinstance(served, Embedder):
        return _embedder(served)
    if isinstance(served, Reader):
        return _reader(served.model)
    if isinstance(served, Tagger):
        return _tagger(served.model)
    raise ValueError(
        "A model for ONNX must be a Classifier, an Embedder, a Reader or a "
        f"Tagger. Received: {type(served).__name__}."
    )


def _classifier(model):
    pooling = getattr(model, "pooling", "first")
    if pooling != "first":
        raise ValueError(
            "A classifier for ONNX must pool the first position. "
            f"Received: {pooling=}."
        )
    graph = OnnxGraph(model.network)
    logits = graph.dense(graph.pooled_output(), *_head(model, "classifier"))
    classes = model.output_shape[-1]
    if classes == 1:
        return graph.model(logits, "score", ["batch", 1])
    shares = graph.node("Softmax", logits, axis=-1)
    return graph.model(shares, "probabilities", ["batch", classes])


def _reader(model):
    graph = OnnxGraph(model.network)
    head = _head(model, "span_labeling")
    logits = graph.dense(graph.sequence_output(), *head)
    return graph.model(logits, "span_logits", ["batch", "sequence", 2])


def _tagger(model):
    graph = OnnxGraph(model.network)
    head = _head(model, "token_classifier")
    logits = graph.dense(graph.sequence_output(), *head)
    shares = graph.node("Softmax", logits, axis=-1)
    shape = ["batch", "sequence", model.output_shape[-1]]
    return graph.model(shares, "tag_probabilities", shape)


def _head(model, name):
    """Gives the kernel and the bias of a head."""
    weights = model.weights_by_path()
    return (
        keras.ops.convert_to_numpy(weights[f"{name}/logits/{part}"])
        for part in ("kernel", "bias")
    )


def _embedder(served):
    graph = OnnxGraph(served.model)
    vectors = {
        "mean": graph.mean_output,
        "first": graph.first_output,
        "pooler": graph.pooled_output,
    }[served.pooling]()
    if served.normalize:
        vectors = graph.node("LpNormalization", vectors, axis=-1, p=2)
    width = served.model.pooler_layer.units
    return graph.model(vectors, "embedding", ["batch", width])


def _write(graph, path, quantize):
    import onnx

    if quantize is None:
        onnx.save(graph, path)
        return
    from onnxruntime import quantization

    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "model.onnx")
        onnx.save(graph, whole)
        quantization.quantize_dynamic(
            whole,
            path,
            # A scale for each column of a kernel: one for all costs a point
            # of accuracy on SST-2.
            per_channel=True,
            weight_type=quantization.QuantType.QInt8,
            # What its shape inference does not know of the fused operators.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
