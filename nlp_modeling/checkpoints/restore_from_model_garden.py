"""Restores an encoder's weights from Model Garden."""

import re

from nlp_modeling.checkpoints.assign_weights import SourceWeight, assign_weights
from nlp_modeling.checkpoints.attention_heads import join_heads
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint

# Maps Model Garden's names, as regular expressions, to the encoder's. The names
# differ between an object's variables, a checkpoint of `BertEncoderV2`, and a
# checkpoint of the functional `BertEncoder`, which `_numbered` renames first.
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
    """Restores an encoder's weights from a Model Garden encoder.

    Args:
        encoder: A `TransformerEncoder` of the same sizes.
        source: A Model Garden encoder, or the path of a TF2 checkpoint that
            holds one as `encoder`. Model Garden's pretraining writes these.
        ignore: Prefixes of names in the checkpoint to ignore, for example
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
        path = _path(name)
        renamed[path] = SourceWeight(name, join_heads(path, value))
    assign_weights(encoder.weights_by_path(), renamed)


def path_of_variable(name: str) -> str:
    """Gives the path here of a variable of a Model Garden encoder."""
    return _path(_without_model(name))


def _path(name):
    for theirs, ours in _NAMES.items():
        name = re.sub(theirs, ours, name)
    return name


def _without_model(name):
    """Removes the name of a subclassed model from the front of a name."""
    first = re.search(
        r"\b(word_embeddings|position_embedding|type_embeddings"
        r"|embeddings/layer_norm|embedding_projection|transformer/layer_"
        r"|pooler_transform)",
        name,
    )
    return name[first.start() :] if first else name


def _of_checkpoint(encoder, path, ignore):
    reader = open_checkpoint(path)
    weights = {}
    keys = sorted(reader.get_variable_to_shape_map())
    if not any(key.endswith(_SUFFIX) for key in keys):
        raise ValueError(
            "A Model Garden checkpoint must be of TensorFlow 2's objects; a "
            "checkpoint of google-research is read from its folder, with "
            "bert_config.json, albert_config.json or electra_config.json. "
            "Received: TensorFlow 1's names, such as "
            f"{keys[:1]}."
        )
    for key in keys:
        name = key.removesuffix(_SUFFIX)
        if key == name or name == "save_counter":
            continue
        if name.startswith(ignore) and name != _TIED_TABLE:
            continue
        name = name.removeprefix("encoder/")
        weights[_numbered(encoder, name)] = reader.get_tensor(key)
    # A pretraining checkpoint has the tied table once, under one of two names.
    if _TIED_TABLE in weights:
        weights["word_embeddings/embeddings"] = weights.pop(_TIED_TABLE)
    return weights


def _numbered(encoder, name):
    """Replaces `layer_with_weights-K` in a name by the K-th layer's name."""
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
    # A layer after the last keeps its name and is reported as left over.
    if index >= len(order):
        return name
    return name.replace(number[0], f"{order[index]}/", 1)
