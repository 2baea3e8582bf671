"""Writes a model as a folder of Hugging Face."""

import json
import os

import keras
import numpy as np

from nlp_modeling import files
from nlp_modeling.checkpoints.assign_weights import weight_parts
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
        model: A `TransformerEncoder` (a BERT, RoBERTa or ELECTRA there) or an
            `AlbertEncoder`, or one of `models` on it.
        folder: The path to write to.
        preprocessor: Whose vocabulary to write; None for the model's.
        model_type: What `config.json` calls the family: "bert", "albert",
            "roberta" or "electra". None for the first one that has the encoder
            and the heads, and reads the pieces of the tokenizer.

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
        tokenizer.save_to_hugging_face(folder, preprocessor.sequence_length)


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
        **_head_config(model, head, config),
        "torch_dtype": "float32",
    }
    require_needed(family, config)
    if tokenizer is not None:
        require_needed(family, {"pad_token_id": tokenizer.pad_id})
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
    wanted = keras.activations.get(family.pooler_activations.get(head, "tanh"))
    found = encoder.pooler_layer.activation
    reads = head in ("Model", "ForPreTraining", "ForSequenceClassification")
    if reads and found is not wanted:
        raise ValueError(
            f"The pooler of {family.architecture(head)} of Hugging Face has "
            f"{wanted.__name__}. Received: {found}."
        )


def _head(model):
    heads = getattr(model, "hugging_face_heads", ("Model",))
    if "ForPreTraining" in heads and "classification" not in model.output:
        return "ForMaskedLM"
    return heads[0]


def _head_config(model, head, config):
    """Describes what the head computes."""
    if head in ("ForMaskedLM", "ForPreTraining"):
        masked_lm = model.get_layer("masked_lm")
        activation = masked_lm.activation
        own = model.network.transformer_layers[0].inner_activation
        if activation is not own:
            raise ValueError(
                "A masked LM of Hugging Face has the activation of its "
                f"encoder, {config['hidden_act']!r}. Received: {activation}."
            )
        epsilon = masked_lm.norm.epsilon
        if epsilon != config["layer_norm_eps"]:
            raise ValueError(
                "A masked LM of Hugging Face has the `norm_epsilon` of its "
                f"encoder, {config['layer_norm_eps']}. Received: {epsilon}."
            )
        return {"tie_word_embeddings": True}
    if head in ("ForSequenceClassification", "ForTokenClassification"):
        outputs = model.output_shape[-1]
        labels = model.labels or [f"LABEL_{i}" for i in range(outputs)]
        problem = {}
        if head == "ForSequenceClassification":
            if model.pooling != "first":
                raise ValueError(
                    "A classifier is written to Hugging Face if it pools the "
                    f"first position. Received: pooling={model.pooling!r}."
                )
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
    parts = weight_parts(model)
    prefix = "" if head == "Model" else family.prefix
    names = {
        path: prefix + name
        for path, name in weight_names(family.layers, depth).items()
        # There is no projection from a width to itself.
        if path in parts or not path.startswith("embedding_projection/")
    } | weight_names(family.heads.get(head, ()), depth)
    values = {}
    for path, value in parts.items():
        if path not in names:
            if path.startswith("pooler_transform/"):
                continue  # ELECTRA has none where no head reads it.
            raise ValueError(
                f"{family.architecture(head)} of Hugging Face must have a "
                f"place for every weight. Received: {path}."
            )
        value = value.T if path.endswith("kernel") else value
        if path == POSITIONS:
            value = np.pad(value, ((family.unused_positions, 0), (0, 0)))
        values[names.pop(path)] = np.ascontiguousarray(value, "float32")
    if names:
        raise ValueError(
            f"{family.architecture(head)} of Hugging Face needs the weights "
            f"{list(names)}, which {model.name!r} does not have."
        )
    return values


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
