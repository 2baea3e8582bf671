"""Writes a model as a preset of KerasHub."""

import itertools
import json
import os

import keras

from nlp_modeling import files, networks
from nlp_modeling.checkpoints.assign_weights import weight_parts
from nlp_modeling.checkpoints.attention_heads import part_heads
from nlp_modeling.checkpoints.hugging_face.family import activation_name
from nlp_modeling.checkpoints.keras_hub.bert import KERAS_HUB_BERT
from nlp_modeling.checkpoints.keras_hub.read_preset import (
    CONFIG,
    TASK,
    TASK_WEIGHTS,
    WEIGHTS,
)
from nlp_modeling.checkpoints.keras_hub.read_weights import file_name
from nlp_modeling.checkpoints.layer_names import weight_names

# KerasHub's modules and models.
_CLASSIFIER = "bert_text_classifier", "BertTextClassifier"
_MASKED_LM = "bert_masked_lm", "BertMaskedLM"
_VOCABULARY = os.path.join("assets", "tokenizer", "vocabulary.txt")


def save_to_keras_hub(model, folder, preprocessor=None) -> None:
    """Writes a model or an encoder as a preset of KerasHub.

    `keras_hub.models.BertBackbone.from_preset(folder)` reads it with the same
    outputs, `BertTextClassifier` or `BertMaskedLM` if it has such a head, and
    so does `from_preset` of this package. KerasHub keeps no names of labels.

    Args:
        model: A `TransformerEncoder`, or a `BertClassifier` or a
            `BertPretrainer` without classes on it.
        folder: The path to write to.
        preprocessor: Whose vocabulary to write; None for the model's.

    Raises:
        ValueError: If KerasHub has no place for a weight, or does not compute
            what the model does.
    """
    encoder = getattr(model, "network", model)
    if type(encoder) is not networks.TransformerEncoder:
        raise ValueError(
            "KerasHub has the encoder of BERT alone. "
            f"Received: {type(encoder).__name__}."
        )
    backbone = _object(
        "bert_backbone", "BertBackbone", KERAS_HUB_BERT.describe(encoder)
    )
    task = _task(model)
    weights, head_weights = _weights(model, encoder)
    preprocessor = preprocessor or getattr(model, "preprocessor", None)
    tokenizer = getattr(preprocessor, "tokenizer", None)
    if tokenizer is not None and not hasattr(tokenizer, "vocabulary"):
        raise ValueError(
            "KerasHub's BERT has a tokenizer of word pieces. "
            f"Received: {type(tokenizer).__name__}."
        )
    files.make_folder(folder)
    _write_json(folder, CONFIG, backbone)
    _write_json(folder, "metadata.json", {"keras_version": keras.__version__})
    _write_weights(folder, WEIGHTS, weights)
    described = None
    if preprocessor is not None:
        described = _write_preprocessor(folder, preprocessor, *task)
    if head_weights:
        head = {"backbone": backbone, "preprocessor": described}
        if task == _CLASSIFIER:
            classes = model.output_shape[-1]
            head |= {"num_classes": classes, "activation": "linear"}
        _write_json(folder, TASK, _object(*task, head))
        _write_weights(folder, TASK_WEIGHTS, head_weights)


def _task(model):
    """Names KerasHub's model, which must compute what ours does."""
    pooling = getattr(model, "pooling", "first")
    if pooling != "first":
        raise ValueError(
            "KerasHub's classifier pools the first position. "
            f"Received: {pooling=}."
        )
    if not isinstance(model.output, dict) or "masked_lm" not in model.output:
        return _CLASSIFIER
    head = model.get_layer("masked_lm")
    found = activation_name(head.activation), head.norm.epsilon
    names = "masked_lm_activation", "masked_lm_epsilon"
    wanted = tuple(KERAS_HUB_BERT.defaults[name] for name in names)
    if found != wanted:
        raise ValueError(
            "KerasHub's masked LM has the `activation` and `norm_epsilon` "
            f"{wanted}. Received: {found}."
        )
    return _MASKED_LM


def _weights(model, encoder):
    """Gives the weights of the encoder and of the head, by their names."""
    depth = len(encoder.transformer_layers)
    layers = itertools.chain(
        KERAS_HUB_BERT.layers, *KERAS_HUB_BERT.heads.values()
    )
    names = weight_names(tuple(layers), depth)
    heads = encoder.transformer_layers[0].num_attention_heads
    found = {}
    for path, value in weight_parts(model).items():
        if path not in names:
            raise ValueError(
                "KerasHub's models of BERT must have a place for every weight. "
                f"Received: {path}."
            )
        value = part_heads(path, value, heads)
        found[names[path]] = value.astype("float32")
    task = [name for name in found if name.startswith("task.")]
    return found, {name.removeprefix("task."): found.pop(name) for name in task}


def _write_preprocessor(folder, preprocessor, module, name):
    """Writes the vocabulary and its settings, and describes them."""
    tokenizer = preprocessor.tokenizer
    strips = tokenizer.strip_accents
    settings = {
        "lowercase": tokenizer.lower_case,
        "strip_accents": tokenizer.lower_case if strips is None else strips,
        "special_tokens_in_strings": tokenizer.keep_special_tokens,
    }
    described = _object("bert_tokenizer", "BertTokenizer", settings)
    _write_json(folder, "tokenizer.json", described)
    path = os.path.join(folder, _VOCABULARY)
    files.make_folder(os.path.dirname(path))
    words = "".join(f"{x}\n" for x in tokenizer.vocabulary)
    files.replace_file(path, words)
    described = _object(
        f"{module}_preprocessor",
        f"{name}Preprocessor",
        {
            "tokenizer": described,
            "sequence_length": preprocessor.sequence_length,
        },
    )
    _write_json(folder, "preprocessor.json", described)
    return described


def _object(module, name, config):
    """Describes an object as Keras does."""
    return {
        "module": f"keras_hub.src.models.bert.{module}",
        "class_name": name,
        "config": config,
        "registered_name": f"keras_hub>{name}",
    }


def _write_json(folder, name, content):
    text = json.dumps(content, indent=2) + "\n"
    files.replace_file(os.path.join(folder, name), text)


def _write_weights(folder, name, weights):
    import h5py

    path = os.path.join(folder, name)
    with files.written_locally(path) as local, h5py.File(local, "w") as file:
        for name, value in weights.items():
            file[file_name(name)] = value
