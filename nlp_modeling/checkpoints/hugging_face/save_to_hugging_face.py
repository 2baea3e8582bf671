"""Writes a model as a folder of Hugging Face."""

import json
import os

import numpy as np

from nlp_modeling import files, networks
from nlp_modeling.checkpoints.assign_weights import weight_parts
from nlp_modeling.checkpoints.hugging_face.albert import ALBERT
from nlp_modeling.checkpoints.hugging_face.bert import BERT
from nlp_modeling.checkpoints.layer_names import weight_names

_FAMILIES = {
    networks.TransformerEncoder: BERT,
    networks.AlbertEncoder: ALBERT,
}
# What a hub calls the use of a model.
_PIPELINES = {
    "ForMaskedLM": "fill-mask",
    "ForPreTraining": "fill-mask",
    "ForQuestionAnswering": "question-answering",
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "Model": "feature-extraction",
}


def save_to_hugging_face(model, folder, preprocessor=None) -> None:
    """Writes a model or an encoder as a folder of Hugging Face.

    `transformers.AutoModel...from_pretrained(folder)` reads it, with the same
    outputs, and so does `from_preset` of this package. The files are
    `config.json`, `model.safetensors`, a model card, and those of the tokenizer
    if the model has a preprocessor.

    Args:
        model: A `TransformerEncoder` (a BERT there) or an `AlbertEncoder`, or
            one of `models` on it.
        folder: The path to write to.
        preprocessor: Whose vocabulary to write; None for the model's.

    Raises:
        ImportError: If `safetensors` is not installed.
        ValueError: If Hugging Face's model has no place for a weight, or does
            not compute what this one does.
    """
    import safetensors.numpy

    config, weights = describe(model)
    files.make_folder(folder)
    _write(folder, "config.json", json.dumps(config, indent=2) + "\n")
    _write(folder, "README.md", _card(config))
    path = os.path.join(folder, "model.safetensors")
    with files.written_locally(path) as local:
        safetensors.numpy.save_file(weights, local, {"format": "pt"})
    preprocessor = preprocessor or getattr(model, "preprocessor", None)
    if preprocessor is not None:
        preprocessor.tokenizer.save_to_hugging_face(
            folder, preprocessor.sequence_length
        )


def describe(model) -> tuple[dict, dict[str, np.ndarray]]:
    """Gives the configuration of a model, and its weights by their names.

    Raises:
        ValueError: If Hugging Face's model has no place for a weight, or does
            not compute what this one does.
    """
    encoder = getattr(model, "network", model)
    family = _FAMILIES.get(type(encoder))
    if family is None:
        raise ValueError(
            f"Hugging Face has models of {[x.__name__ for x in _FAMILIES]}. "
            f"Received: {type(encoder).__name__}."
        )
    head = _head(model)
    config = family.describe(encoder)
    config = {
        "architectures": [f"{family.name}{head}"],
        "model_type": family.model_type,
        **config,
        **_head_config(model, head, config),
        "torch_dtype": "float32",
    }
    return config, _weights(model, encoder, family, head)


def _head(model):
    heads = getattr(model, "hugging_face_heads", ("Model",))
    if "ForPreTraining" in heads and "classification" not in model.output:
        return "ForMaskedLM"
    return heads[0]


def _head_config(model, head, config):
    """Describes what the head computes."""
    if head in ("ForMaskedLM", "ForPreTraining"):
        activation = model.get_layer("masked_lm").activation
        own = model.network.transformer_layers[0].inner_activation
        if activation is not own:
            raise ValueError(
                "A masked LM of Hugging Face has the activation of its "
                f"encoder, {config['hidden_act']!r}. Received: {activation}."
            )
        return {"tie_word_embeddings": True}
    if head in ("ForSequenceClassification", "ForTokenClassification"):
        outputs = model.output_shape[-1]
        labels = model.labels or [f"LABEL_{i}" for i in range(outputs)]
        problem = {}
        if head == "ForSequenceClassification":
            kind = (
                "regression" if outputs == 1 else "single_label_classification"
            )
            problem = {"problem_type": kind}
        return {
            "id2label": dict(enumerate(labels)),
            "label2id": {label: i for i, label in enumerate(labels)},
            **problem,
        }
    return {}


def _weights(model, encoder, family, head):
    """Gives every weight by its name in Hugging Face's model."""
    depth = len(encoder.transformer_layers)
    prefix = "" if head == "Model" else family.prefix
    names = {
        path: prefix + name
        for path, name in weight_names(family.layers, depth).items()
    } | weight_names(family.heads.get(head, ()), depth)
    values = {}
    for path, value in weight_parts(model).items():
        if path not in names:
            raise ValueError(
                f"{family.name}{head} of Hugging Face must have a place "
                f"for every weight. Received: {path}."
            )
        value = value.T if path.endswith("kernel") else value
        values[names.pop(path)] = np.ascontiguousarray(value, "float32")
    if names:
        raise ValueError(
            f"{family.name}{head} of Hugging Face needs the weights "
            f"{list(names)}, which {model.name!r} does not have."
        )
    return values


def _card(config):
    (name,) = config["architectures"]
    use = next(use for head, use in _PIPELINES.items() if name.endswith(head))
    return f"""---
library_name: transformers
pipeline_tag: {use}
tags:
- nlp_modeling
---

# {name}

{config["num_hidden_layers"]} layers, {config["hidden_size"]} wide, \
{config["num_attention_heads"]} heads, {config["vocab_size"]:,} word pieces, at
most {config["max_position_embeddings"]} positions. Trained and written by
`nlp_modeling`.

```python
import transformers

model = transformers.{name}.from_pretrained(".")
```
"""


def _write(folder, name, text):
    files.replace_file(os.path.join(folder, name), text)
