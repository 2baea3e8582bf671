"""Writes a model as a folder of Hugging Face."""

import json
import os
import re

import keras
import numpy as np

from nlp_modeling import files
from nlp_modeling.checkpoints.assign_weights import weight_parts
from nlp_modeling.checkpoints.hugging_face.describe_head import describe_head
from nlp_modeling.checkpoints.hugging_face.families import FAMILIES
from nlp_modeling.checkpoints.hugging_face.family import require_needed
from nlp_modeling.checkpoints.layer_names import POSITIONS, weight_names

# What a hub calls the use of a model.
_PIPELINES = {
    "ForMaskedLM": "fill-mask",
    "ForReplacedTokens": "feature-extraction",
    "ForPreTraining": "fill-mask",
    "ForQuestionAnswering": "question-answering",
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "Model": "feature-extraction",
}


def save_to_hugging_face(
    model, folder, preprocessor=None, model_type: str | None = None
) -> None:
    """Writes a model or an encoder as a folder of Hugging Face.

    `transformers.AutoModel...from_pretrained(folder)` reads it, with the same
    outputs, and so does `from_preset` of this package. The files are
    `config.json`, `model.safetensors`, a model card, and those of the tokenizer
    if the model has a preprocessor.

    Args:
        model: A `TransformerEncoder` (a BERT, RoBERTa or ELECTRA there), an
            `AlbertEncoder`, a `ModernBertEncoder` or a `MobileBertEncoder`, or
            one of `models` on it.
        folder: The path to write to.
        preprocessor: Whose vocabulary to write; None for the model's.
        model_type: What `config.json` calls the family: "bert", "albert",
            "roberta", "electra", "modernbert" or "mobilebert". None for the
            first one that has the encoder and the heads, and reads the pieces
            of the tokenizer.

    Raises:
        ImportError: If `safetensors` is not installed.
        ValueError: If Hugging Face's model has no place for a weight, or does
            not compute what this one does.
    """
    import safetensors.numpy

    preprocessor = preprocessor or getattr(model, "preprocessor", None)
    tokenizer = getattr(preprocessor, "tokenizer", None)
    config, weights = describe(model, tokenizer, model_type)
    files.make_folder(folder)
    _write(folder, "config.json", json.dumps(config, indent=2) + "\n")
    _write(folder, "README.md", _card(config, _PIPELINES[_head(model)]))
    path = os.path.join(folder, "model.safetensors")
    with files.written_locally(path) as local:
        safetensors.numpy.save_file(weights, local, {"format": "pt"})
    if tokenizer is not None:
        encoder = getattr(model, "network", model)
        tokenizer.save_to_hugging_face(
            folder,
            preprocessor.sequence_length,
            tokenizer.has_segments and "input_type_ids" in encoder.input,
        )


def describe(
    model, tokenizer=None, model_type: str | None = None
) -> tuple[dict, dict[str, np.ndarray]]:
    """Gives the configuration of a model, and its weights by their names.

    Args:
        model: As `save_to_hugging_face` takes it.
        tokenizer: The model's; None for none.
        model_type: As `save_to_hugging_face` takes it.

    Raises:
        ValueError: If Hugging Face's model has no place for a weight, or does
            not compute what this one does.
    """
    encoder = getattr(model, "network", model)
    head = _head(model)
    family = _family(encoder, head, tokenizer, model_type)
    _require_pooler(encoder, family, head)
    config = family.describe(encoder)
    config = {
        "architectures": [family.architecture(head)],
        "model_type": family.model_type,
        **config,
        **describe_head(model, family, head, config),
        "torch_dtype": "float32",
    }
    if tokenizer is not None:
        ids = {
            "pad_token_id": tokenizer.pad_id,
            "bos_token_id": tokenizer.cls_id,
            "cls_token_id": tokenizer.cls_id,
            "eos_token_id": tokenizer.sep_id,
            "sep_token_id": tokenizer.sep_id,
        }
        config |= {key: ids[key] for key in ids if key in config}
    require_needed(family, config)
    return config, _weights(model, encoder, family, head)


def _family(encoder, head, tokenizer, model_type):
    known = [
        x
        for x in FAMILIES.values()
        if x.describe is not None and head in ("Model", *x.heads)
    ]
    wanted = [model_type]
    if model_type is None:
        wanted = getattr(tokenizer, "model_types", FAMILIES)
        # With a head that has no pooler, ELECTRA's loses nothing.
        names = {layer.name for layer in encoder.layers}
        if head == "ForMaskedLM" and "embedding_projection" in names:
            sizes = {name: FAMILIES[name].sizes for name in wanted}
            wanted = [x for x in sizes if "embedding_size" in sizes[x]]
    for family in known:
        if family.model_type in wanted and type(encoder) is family.encoder:
            return family
    known = [f"{x.model_type} of {x.encoder.__name__}" for x in known]
    raise ValueError(
        f"A model of Hugging Face is written as one of {known}. "
        f"Received: {type(encoder).__name__}, {model_type=}."
    )


def _require_pooler(encoder, family, head):
    """Raises unless the pooler computes what that of the family does."""
    layers = (*family.layers, *family.heads.get(head, ()))
    has_pooler = any(x.ours.startswith("pooler_transform/") for x in layers)
    reads = head in ("Model", "ForPreTraining", "ForSequenceClassification")
    if not has_pooler or not reads:
        return
    pooler, name = encoder.pooler_layer, family.architecture(head)
    if type(pooler) is not family.pooler:
        raise ValueError(
            f"The pooler of {name} of Hugging Face must be a "
            f"{family.pooler.__name__}. Received: {type(pooler).__name__}."
        )
    wanted = keras.activations.get(family.pooler_activations.get(head, "tanh"))
    if family.head_activation is None and pooler.activation is not wanted:
        raise ValueError(
            f"The pooler of {name} of Hugging Face has {wanted.__name__}. "
            f"Received: {pooler.activation}."
        )


def _head(model):
    heads = getattr(model, "hugging_face_heads", ("Model",))
    if "ForPreTraining" in heads and "classification" not in model.output:
        return "ForMaskedLM"
    return heads[0]


def _weights(model, encoder, family, head):
    """Gives every weight by its name in Hugging Face's model."""
    depth, name = len(encoder.transformer_layers), family.architecture(head)
    parts = weight_parts(model)
    prefix = "" if head == "Model" else family.prefix
    names = {
        path: prefix + theirs
        for path, theirs in weight_names(family.layers, depth).items()
        if path in parts or not re.match(family.optional, path)
    } | weight_names(family.heads.get(head, ()), depth)
    values = {}
    for path, value in parts.items():
        if path in family.zeros:
            if value.any():
                raise ValueError(
                    f"{path} must be zeros, which {name} of Hugging Face does "
                    f"not have. Received: at most {np.abs(value).max()}."
                )
            names.pop(path, None)
            continue
        if path not in names:
            if path.startswith("pooler_transform/"):
                continue  # Some have none where no head reads it.
            raise ValueError(
                f"{name} of Hugging Face must have a place for every weight. "
                f"Received: {path}."
            )
        value = value.T if path.endswith("kernel") else value
        if path == POSITIONS:
            value = np.pad(value, ((family.unused_positions, 0), (0, 0)))
        values[names.pop(path)] = np.ascontiguousarray(value, "float32")
    if names:
        raise ValueError(
            f"{name} of Hugging Face needs the weights {list(names)}, which "
            f"{model.name!r} does not have."
        )
    return _fused(values, family.fused)


def _fused(weights, fused):
    """Joins the weights of several layers, as Hugging Face has them."""
    for whole, parts in fused.items():
        for name in [x for x in weights if f".{parts[0]}." in x]:
            names = [name.replace(parts[0], part) for part in parts]
            rows = [weights.pop(x) for x in names]
            weights[name.replace(parts[0], whole)] = np.concatenate(rows)
    return weights


def _card(config, use):
    (name,) = config["architectures"]
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
