"""Weights of a Model Garden encoder into ours."""

import re

from nlp_modeling.checkpoints.assign_weights import SourceWeight, assign_weights

# Model Garden's names, as regular expressions, and the encoder's. An object's
# variables, a checkpoint of `BertEncoderV2` and one of the functional
# `BertEncoder`, whose numbered layers `_numbered` names, differ in places.
_NAMES = {
    r"^_embedding_layer/": "word_embeddings/",
    r"^_position_embedding_layer/": "position_embedding/",
    r"^_type_embedding_layer/": "type_embeddings/",
    r"^(_embedding_norm_layer|embeddings/layer_norm)/": "embeddings_norm/",
    r"^_embedding_projection/": "embedding_projection/",
    r"^_pooler_layer/": "pooler_transform/",
    r"^(_transformer_layers/|transformer/layer_)(\d+)/": (
        r"transformer_layer_\2/"
    ),
    r"/(self|_)_?attention_layer_norm/": "/attention_norm/",
    r"/_?output_layer_norm/": "/output_norm/",
    r"/_attention_layer/_(query|key|value|output)_dense/": r"/attention/\1_",
    r"/self_attention/(query|key|value)/": r"/attention/\1_",
    r"/self_attention/attention_output/": "/attention/output_",
    r"/(_intermediate_dense|intermediate)/": "/feed_forward/inner/",
    r"/(_output_dense|output)/": "/feed_forward/output/",
}
_TIED_TABLE = "masked_lm/embedding_table"
_SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"


def restore_from_model_garden(encoder, source, ignore=()) -> None:
    """Weights of a Model Garden encoder into ours.

    Args:
        encoder: A `TransformerEncoder` of the same sizes.
        source: A Model Garden encoder, or the path of a TF2 checkpoint that
            holds one as `encoder`, as its pretraining writes.
        ignore: Beginnings of the names in the checkpoint to leave, such as
            `"masked_lm/"` or `"optimizer/"`.

    Raises:
        ValueError: Naming the weights that are missing, left over, or of
            another shape.
    """
    if hasattr(source, "weights"):
        weights = {w.name.split(":")[0]: w.numpy() for w in source.weights}
        weights = {_without_model(name): v for name, v in weights.items()}
    else:
        weights = _of_checkpoint(encoder, source, tuple(ignore))
    renamed = {}
    for name, value in weights.items():
        ours = name
        for pattern, replacement in _NAMES.items():
            ours = re.sub(pattern, replacement, ours)
        renamed[ours] = SourceWeight(name, _without_heads(ours, value))
    assign_weights(encoder, renamed)


def _without_model(name):
    """The name from the first layer on; a subclassed model stands before it."""
    first = re.search(
        r"\b(word_embeddings|position_embedding|type_embeddings"
        r"|embeddings/layer_norm|embedding_projection|transformer/layer_"
        r"|pooler_transform)",
        name,
    )
    return name[first.start() :] if first else name


def _of_checkpoint(encoder, path, ignore):
    import tensorflow as tf

    reader = tf.train.load_checkpoint(path)
    weights = {}
    for key in reader.get_variable_to_shape_map():
        name = key.removesuffix(_SUFFIX)
        if key == name or name == "save_counter" or name.startswith(ignore):
            continue
        name = name.removeprefix("encoder/")
        weights[_numbered(encoder, name)] = reader.get_tensor(key)
    # A pretraining checkpoint keeps the tied table once, under either name.
    if _TIED_TABLE in weights:
        weights["word_embeddings/embeddings"] = weights.pop(_TIED_TABLE)
    return weights


def _numbered(encoder, name):
    """The name with `layer_with_weights-K` replaced by the K-th layer's."""
    number = re.match(r"layer_with_weights-(\d+)/", name)
    if not number:
        return name
    projected = any(x.name == "embedding_projection" for x in encoder.layers)
    order = [
        "word_embeddings",
        "position_embedding",
        "type_embeddings",
        "embeddings_norm",
        *(["embedding_projection"] if projected else []),
        *(layer.name for layer in encoder.transformer_layers),
        "pooler_transform",
    ]
    index = int(number[1])
    # One past the last stays as it is, and is reported as left over.
    if index >= len(order):
        return name
    return name.replace(number[0], f"{order[index]}/", 1)


def _without_heads(name, value):
    """A kernel [H, N, D] or [N, D, H], or a bias [N, D], with heads joined."""
    if "/attention/" not in name:
        return value
    if name.endswith("_bias"):
        return value.reshape(-1)
    if name.endswith("output_kernel"):
        return value.reshape(-1, value.shape[-1])
    return value.reshape(value.shape[0], -1)
