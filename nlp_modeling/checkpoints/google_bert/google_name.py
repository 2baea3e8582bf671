"""Names weights as google-research's bert, albert and electra do."""

import re

# The heads of their programs have no layers.
_HEADS = {
    "cls.predictions.bias": "cls/predictions/output_bias",
    "predictions.bias": "cls/predictions/output_bias",
    "generator_lm_head.bias": "generator_predictions/output_bias",
    "cls.seq_relationship.weight": "cls/seq_relationship/output_weights",
    "cls.seq_relationship.bias": "cls/seq_relationship/output_bias",
    "sop_classifier.classifier.weight": "cls/seq_relationship/output_weights",
    "sop_classifier.classifier.bias": "cls/seq_relationship/output_bias",
    "qa_outputs.weight": "cls/squad/output_weights",
    "qa_outputs.bias": "cls/squad/output_bias",
    "classifier.weight": "output_weights",
    "classifier.bias": "output_bias",
}
# Where a layer of ALBERT or ELECTRA lies otherwise than at Hugging Face.
_MOVED = {
    r"^albert\.": "bert.",
    r"albert_layer_groups\.0\.albert_layers\.0": (
        "transformer.group_0.inner_group_0"
    ),
    r"(inner_group_0)\.attention\.LayerNorm": r"\1.LayerNorm",
    r"(inner_group_0\.attention)\.dense": r"\1_1.output.dense",
    r"(inner_group_0\.attention)\.(?=query|key|value)": r"\1_1.self.",
    r"(inner_group_0\.ffn)_output": r"\1_1.intermediate.output.dense",
    r"(inner_group_0\.ffn)\.": r"\1_1.intermediate.dense.",
    r"full_layer_layer_norm": "LayerNorm_1",
    r"^bert\.pooler\.(?!dense)": "bert.pooler.dense.",
    r"^predictions\.": "cls.predictions.transform.",
    r"dense_prediction": "dense_1",
}


def google_name(name: str) -> str:
    """Gives the name of a weight in google-research's checkpoints.

    A matrix whose name ends in `kernel` is [inputs, outputs] there, and the
    others are as in PyTorch, [outputs, inputs].

    Reference:
        modeling.py and the programs of https://github.com/google-research/bert,
        https://github.com/google-research/albert and
        https://github.com/google-research/electra

    Args:
        name: Hugging Face's name of the weight of a BERT, an ALBERT or an
            ELECTRA with a head.
    """
    if name in _HEADS:
        return _HEADS[name]
    for theirs, moved in _MOVED.items():
        name = re.sub(theirs, moved, name)
    layer, _, weight = name.rpartition(".")
    layer = re.sub(r"\blayer\.(\d+)", r"layer_\1", layer).replace(".", "/")
    if layer.endswith("_embeddings"):
        return layer
    if layer.endswith(("LayerNorm", "LayerNorm_1")):
        weight = {"weight": "gamma", "bias": "beta"}[weight]
    return f"{layer}/{'kernel' if weight == 'weight' else weight}"
