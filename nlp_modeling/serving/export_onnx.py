"""Writes a served model for ONNX Runtime."""

import json
import os
import tempfile

import keras

from nlp_modeling import data, files
from nlp_modeling.serving.classifier import Classifier
from nlp_modeling.serving.embedder import Embedder
from nlp_modeling.serving.model_card import ModelCard
from nlp_modeling.serving.onnx_graph import OnnxGraph
from nlp_modeling.serving.served_model import ServedModel
from nlp_modeling.text.fast_tokenizer import fast_tokenizer

# Shapes: B batch, C classes, H hidden.


def export_onnx(
    served: ServedModel,
    folder: str,
    card: ModelCard | None = None,
    overwrite: bool = False,
    quantize: str | None = None,
) -> None:
    """Writes a served model for ONNX Runtime, whole or not at all.

    The folder holds `model.onnx` (ids in, what the model serves out),
    `tokenizer.json` of the library `tokenizers` (strings to ids),
    `artefact.json`, which says what packs them, and the model card
    `README.md`. `predict` applies it without TensorFlow.

    Args:
        served: A `Classifier` or an `Embedder`.
        folder: Path of the folder to write, see `files`.
        card: The model card; None for an empty one.
        overwrite: Whether to replace an existing folder.
        quantize: "int8" for kernels of 8 bits, with activations quantized
            while they are computed; None for float32.

    Raises:
        FileExistsError: If `folder` exists and `overwrite` is false.
        ImportError: If `onnx`, `tokenizers` or, to quantize, `onnxruntime` is
            not installed.
        ValueError: If ONNX Runtime has no operator for a part of the model, or
            `quantize` is unknown.
    """
    if quantize not in (None, "int8"):
        raise ValueError(
            f"`quantize` must be None or 'int8'. Received: {quantize=}."
        )
    graph = _graph(served)
    artefact = {
        "inputs": served.inputs,
        "labels": served.labels,
        "pad_id": served.tokenizer.pad_id,
        "cls_id": served.tokenizer.cls_id,
        "sep_id": served.tokenizer.sep_id,
        "quantize": quantize,
        **served.settings,
    }
    texts = {
        "artefact.json": json.dumps(artefact, indent=2) + "\n",
        "tokenizer.json": _tokenizer(served).to_str(),
        "README.md": (card or ModelCard()).markdown(served, _USE),
    }
    with data.whole_output(folder, overwrite) as partial:
        files.make_folder(partial)
        path = os.path.join(partial, "model.onnx")
        with files.written_locally(path) as local:
            _write(graph, local, quantize)
        for name, content in texts.items():
            files.replace_file(os.path.join(partial, name), content)


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
    raise ValueError(
        "A model for ONNX must be a Classifier or an Embedder. "
        f"Received: {type(served).__name__}."
    )


def _classifier(model):
    pooling = getattr(model, "pooling", "first")
    if pooling != "first":
        raise ValueError(
            "A classifier for ONNX must pool the first position. "
            f"Received: {pooling=}."
        )
    graph = OnnxGraph(model.network)
    weights = model.weights_by_path()
    kernel, bias = (
        keras.ops.convert_to_numpy(weights[f"classifier/logits/{name}"])
        for name in ("kernel", "bias")
    )
    logits = graph.dense(graph.pooled_output(), kernel, bias)
    classes = model.output_shape[-1]
    if classes == 1:
        return graph.model(logits, "score", ["batch", 1])
    shares = graph.node("Softmax", logits, axis=-1)
    return graph.model(shares, "probabilities", ["batch", classes])


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


def _tokenizer(served):
    ours = served.tokenizer
    strips = ours.strip_accents
    return fast_tokenizer(
        ours.vocabulary,
        ours.lower_case,
        ours.lower_case if strips is None else strips,
    )


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
