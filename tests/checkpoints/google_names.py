"""Tables of the names of weights in google-research's albert and electra.

They are written down from `modeling.py` and the programs there, layer by layer,
beside the names of Hugging Face.
"""

import numpy as np

_KINDS = {
    "dense": {"weight": "/kernel", "bias": "/bias"},
    "norm": {"weight": "/gamma", "bias": "/beta"},
    "table": {"weight": ""},
    # Of heads: matrices [outputs, inputs], and biases.
    "output": {"weight": "/output_weights", "bias": "/output_bias"},
}
_EMBEDDINGS = (
    ("table", "embeddings.word_embeddings", "embeddings/word_embeddings"),
    (
        "table",
        "embeddings.position_embeddings",
        "embeddings/position_embeddings",
    ),
    (
        "table",
        "embeddings.token_type_embeddings",
        "embeddings/token_type_embeddings",
    ),
    ("norm", "embeddings.LayerNorm", "embeddings/LayerNorm"),
)
_ALBERT = "encoder.albert_layer_groups.0.albert_layers.0"
_GROUP = "encoder/transformer/group_0/inner_group_0"
_ALBERT_ENCODER = (
    *_EMBEDDINGS,
    (
        "dense",
        "encoder.embedding_hidden_mapping_in",
        "encoder/embedding_hidden_mapping_in",
    ),
    ("dense", f"{_ALBERT}.attention.query", f"{_GROUP}/attention_1/self/query"),
    ("dense", f"{_ALBERT}.attention.key", f"{_GROUP}/attention_1/self/key"),
    ("dense", f"{_ALBERT}.attention.value", f"{_GROUP}/attention_1/self/value"),
    (
        "dense",
        f"{_ALBERT}.attention.dense",
        f"{_GROUP}/attention_1/output/dense",
    ),
    ("norm", f"{_ALBERT}.attention.LayerNorm", f"{_GROUP}/LayerNorm"),
    ("dense", f"{_ALBERT}.ffn", f"{_GROUP}/ffn_1/intermediate/dense"),
    (
        "dense",
        f"{_ALBERT}.ffn_output",
        f"{_GROUP}/ffn_1/intermediate/output/dense",
    ),
    ("norm", f"{_ALBERT}.full_layer_layer_norm", f"{_GROUP}/LayerNorm_1"),
    ("dense", "pooler", "pooler/dense"),
)
_ALBERT_HEADS = (
    ("dense", "predictions.dense", "cls/predictions/transform/dense"),
    ("norm", "predictions.LayerNorm", "cls/predictions/transform/LayerNorm"),
    ("output", "predictions", "cls/predictions"),
    ("output", "sop_classifier.classifier", "cls/seq_relationship"),
)
_ELECTRA_LAYER = (
    ("dense", "attention.self.query"),
    ("dense", "attention.self.key"),
    ("dense", "attention.self.value"),
    ("dense", "attention.output.dense"),
    ("norm", "attention.output.LayerNorm"),
    ("dense", "intermediate.dense"),
    ("dense", "output.dense"),
    ("norm", "output.LayerNorm"),
)
_DISCRIMINATOR = (
    (
        "dense",
        "discriminator_predictions.dense",
        "discriminator_predictions/dense",
    ),
    (
        "dense",
        "discriminator_predictions.dense_prediction",
        "discriminator_predictions/dense_1",
    ),
)
_GENERATOR = (
    ("dense", "generator_predictions.dense", "generator_predictions/dense"),
    (
        "norm",
        "generator_predictions.LayerNorm",
        "generator_predictions/LayerNorm",
    ),
    ("output", "generator_lm_head", "generator_predictions"),
)


def albert(weights):
    """Names and lays out an ALBERT as google-research/albert stores it."""
    rows = [
        (kind, f"albert.{theirs}", f"bert/{google}")
        for kind, theirs, google in _ALBERT_ENCODER
    ]
    return _laid_out(weights, (*rows, *_ALBERT_HEADS))


def electra(discriminator, generator, depth=2):
    """Names and lays out two models as google-research/electra stores them."""
    electra = {}
    for scope, weights, heads in (
        ("generator", generator, _GENERATOR),
        ("electra", discriminator, _DISCRIMINATOR),
    ):
        rows = [
            (kind, f"electra.{theirs}", f"electra/{google}")
            for kind, theirs, google in _EMBEDDINGS
        ]
        project = "embeddings_project"
        rows.append(("dense", f"electra.{project}", f"{scope}/{project}"))
        for number in range(depth):
            rows += [
                (
                    kind,
                    f"electra.encoder.layer.{number}.{layer}",
                    f"{scope}/encoder/layer_{number}/"
                    + layer.replace(".", "/"),
                )
                for kind, layer in _ELECTRA_LAYER
            ]
        electra |= _laid_out(weights, (*rows, *heads))
    return electra


def _laid_out(weights, rows):
    """Renames weights, all but tied ones, and turns kernels around."""
    found, left = {}, dict(weights)
    for kind, theirs, google in rows:
        for part, end in _KINDS[kind].items():
            is_tied = f"{theirs}.{part}" in (
                "predictions.weight",
                "generator_lm_head.weight",
            )
            if not is_tied:
                value = np.asarray(left.pop(f"{theirs}.{part}"))
                found[google + end] = value.T if kind == "dense" else value
    assert all("decoder" in x or "lm_head" in x for x in left), left.keys()
    return found


def write(values, path):
    """Writes arrays as a checkpoint of TensorFlow 1."""
    import tensorflow as tf

    tf.raw_ops.SaveV2(
        prefix=str(path),
        tensor_names=list(values),
        shape_and_slices=[""] * len(values),
        tensors=[np.array(x, order="C") for x in values.values()],
    )
