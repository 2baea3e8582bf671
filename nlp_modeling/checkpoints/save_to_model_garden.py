"""Writes a model as a checkpoint of Model Garden."""

from nlp_modeling import layers
from nlp_modeling.checkpoints.assign_weights import weight_parts
from nlp_modeling.checkpoints.attention_heads import part_heads
from nlp_modeling.checkpoints.layer_names import (
    LayerNames,
    block_names,
    weight_names,
)

_DENSE = {"kernel": "kernel", "bias": "bias"}
_NORM = {"gamma": "gamma", "beta": "beta"}
_TABLE = {"embeddings": "embeddings"}
_BIAS = {"bias": "bias"}

# The attributes of `BertEncoderV2` and of its layers.
_ENCODER = (
    LayerNames("_embedding_layer", "word_embeddings/", _TABLE),
    LayerNames("_position_embedding_layer", "position_embedding/", _TABLE),
    LayerNames("_type_embedding_layer", "type_embeddings/", _TABLE),
    LayerNames("_embedding_norm_layer", "embeddings_norm/", _NORM),
    LayerNames("_embedding_projection", "embedding_projection/", _DENSE),
    *block_names(
        "_transformer_layers.{}.",
        "transformer_layer_{}/",
        (
            "_attention_layer._query_dense",
            "_attention_layer._key_dense",
            "_attention_layer._value_dense",
            "_attention_layer._output_dense",
            "_attention_layer_norm",
            "_intermediate_dense",
            "_output_dense",
            "_output_layer_norm",
        ),
        _DENSE,
        _NORM,
    ),
    LayerNames("_pooler_layer", "pooler_transform/", _DENSE),
)
# Those of its `MaskedLM`.
_MASKED_LM = (
    LayerNames("dense", "masked_lm/transform/", _DENSE),
    LayerNames("layer_norm", "masked_lm/norm/", _NORM),
    LayerNames("", "masked_lm/", _BIAS),
)


def save_to_model_garden(model, path) -> None:
    """Writes a TensorFlow 2 checkpoint that Model Garden restores.

        theirs = official.nlp.modeling.models.BertPretrainerV2(encoder)
        items = theirs.checkpoint_items
        tf.train.Checkpoint(**items).read(path).assert_consumed()

    Args:
        model: A `TransformerEncoder`, for Model Garden's `BertEncoderV2` of the
            same sizes, as `encoder`; or a `BertPretrainer` of masked words, for
            `masked_lm` too.
        path: The checkpoint's, without ".index".

    Raises:
        ImportError: If TensorFlow is not installed.
        ValueError: If Model Garden has no place for a weight.
    """
    import tensorflow as tf

    encoder = getattr(model, "network", model)
    block = encoder.transformer_layers[0]
    if (
        type(block) is not layers.TransformerEncoderBlock
        or block.norm_first
        or block.norm_epsilon != 1e-12
    ):
        raise ValueError(
            "An encoder of Model Garden must have BERT's layers. "
            f"Received: {block.get_config()}."
        )
    depth = len(encoder.transformer_layers)
    names = {
        ours: f"encoder.{theirs}"
        for ours, theirs in weight_names(_ENCODER, depth).items()
    } | {
        ours: f"masked_lm.{theirs}"
        for ours, theirs in weight_names(_MASKED_LM, depth).items()
    }
    root = tf.Module()
    for part, value in weight_parts(model).items():
        if part not in names:
            raise ValueError(
                "Model Garden's pretrainer must have a place for every "
                f"weight. Received: {part}."
            )
        *owners, name = names[part].split(".")
        owner = root
        for attribute in owners:
            if not hasattr(owner, attribute):
                setattr(owner, attribute, tf.Module())
            owner = getattr(owner, attribute)
        heads = block.num_attention_heads
        setattr(owner, name, tf.Variable(part_heads(part, value, heads)))
    items = {x: getattr(root, x, None) for x in ("encoder", "masked_lm")}
    items = {name: item for name, item in items.items() if item is not None}
    tf.train.Checkpoint(**items).write(str(path))
