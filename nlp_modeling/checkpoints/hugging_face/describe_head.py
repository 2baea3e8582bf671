"""Describes the head of a model as Hugging Face does."""

from nlp_modeling.checkpoints.hugging_face.family import (
    Family,
    activation_name,
)
from nlp_modeling.checkpoints.hugging_face.source_model import POOLINGS


def describe_head(model, family: Family, head: str, config: dict) -> dict:
    """Describes what a head of Hugging Face computes.

    Args:
        model: One of `models`.
        family: What the model is written as.
        head: Its head, for example "ForMaskedLM"; "Model" for none.
        config: The configuration of its encoder.

    Raises:
        ValueError: If Hugging Face's head does not compute what this one does.
    """
    if head in ("ForMaskedLM", "ForPreTraining"):
        transform = _transform(
            model.get_layer("masked_lm"), family, head, config
        )
        return {**transform, "tie_word_embeddings": True}
    if head not in ("ForSequenceClassification", "ForTokenClassification"):
        return {}
    outputs = model.output_shape[-1]
    labels = model.labels or [f"LABEL_{i}" for i in range(outputs)]
    described = {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
    }
    if head == "ForTokenClassification":
        return described
    kind = "regression" if outputs == 1 else "single_label_classification"
    described["problem_type"] = kind
    if "classifier_pooling" in family.defaults:
        poolings = {ours: theirs for theirs, ours in POOLINGS.items()}
        described["classifier_pooling"] = poolings[model.pooling]
        pooler = model.network.pooler_layer
        described |= _transform(pooler, family, head, config)
    elif model.pooling != "first":
        raise ValueError(
            "A classifier is written to Hugging Face if it pools the first "
            f"position. Received: pooling={model.pooling!r}."
        )
    return described


def _transform(transform, family, head, config):
    """Describes the activation and the norm before a head's scores."""
    name, key = family.architecture(head), family.head_activation
    activation = activation_name(transform.activation)
    if key is None and activation != config["hidden_act"]:
        raise ValueError(
            f"{name} of Hugging Face has the activation of its encoder, "
            f"{config['hidden_act']!r}. Received: activation={activation!r}."
        )
    epsilon = transform.norm.epsilon
    if epsilon != config[family.epsilon]:
        raise ValueError(
            f"{name} of Hugging Face has the `norm_epsilon` of its encoder, "
            f"{config[family.epsilon]}. Received: norm_epsilon={epsilon}."
        )
    return {} if key is None else {key: activation}
