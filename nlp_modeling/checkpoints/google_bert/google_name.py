"""Names weights as google-research/bert does."""

import re

# The heads of its programs have no layers.
_HEADS = {
    "cls.predictions.bias": "cls/predictions/output_bias",
    "cls.seq_relationship.weight": "cls/seq_relationship/output_weights",
    "cls.seq_relationship.bias": "cls/seq_relationship/output_bias",
    "qa_outputs.weight": "cls/squad/output_weights",
    "qa_outputs.bias": "cls/squad/output_bias",
    "classifier.weight": "output_weights",
    "classifier.bias": "output_bias",
}


def google_name(name: str) -> str:
    """Gives the name of a weight in google-research/bert.

    A matrix whose name ends in `kernel` is [inputs, outputs] there, and the
    others are as in PyTorch, [outputs, inputs].

    Reference:
        modeling.py and the programs of https://github.com/google-research/bert

    Args:
        name: Hugging Face's name of the weight of a BERT with a head.
    """
    if name in _HEADS:
        return _HEADS[name]
    layer, _, weight = name.rpartition(".")
    layer = re.sub(r"\blayer\.(\d+)", r"layer_\1", layer).replace(".", "/")
    if layer.endswith("_embeddings"):
        return layer
    if layer.endswith("LayerNorm"):
        weight = {"weight": "gamma", "bias": "beta"}[weight]
    return f"{layer}/{'kernel' if weight == 'weight' else weight}"
