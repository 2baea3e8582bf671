"""Describes KerasHub's BERT.

https://keras.io/keras_hub/api/models/bert/
"""

import keras

from nlp_modeling import layers, networks
from nlp_modeling.checkpoints.hugging_face.bert import bert_config
from nlp_modeling.checkpoints.hugging_face.family import Family
from nlp_modeling.checkpoints.layer_names import LayerNames, block_names

# The numbers that Keras writes weights under, in the order of the layer's.
_DENSE = {"vars.0": "kernel", "vars.1": "bias"}
_NORM = {"vars.0": "gamma", "vars.1": "beta"}
_TABLE = {"vars.0": "embeddings"}

_LAYER = "layers.transformer_encoder_{}."
_INNER = "_feedforward_intermediate_dense"
# Names in `model.weights.h5`, with "." for "/". The first layer of the encoder
# has the number 0 here, and none in the file.
_LAYERS = (
    LayerNames("layers.reversible_embedding", "word_embeddings/", _TABLE),
    LayerNames("layers.position_embedding", "position_embedding/", _TABLE),
    LayerNames("layers.embedding", "type_embeddings/", _TABLE),
    LayerNames("layers.layer_normalization", "embeddings_norm/", _NORM),
    *block_names(
        _LAYER,
        "transformer_layer_{}/",
        (
            "_self_attention_layer.query_dense",
            "_self_attention_layer.key_dense",
            "_self_attention_layer.value_dense",
            "_self_attention_layer.output_dense",
            "_self_attention_layer_norm",
            _INNER,
            "_feedforward_output_dense",
            "_feedforward_layer_norm",
        ),
        _DENSE,
        _NORM,
    ),
    LayerNames("layers.dense", "pooler_transform/", _DENSE),
)
# The heads of `task.weights.h5`, after `task.`.
_CLASSIFIER = (LayerNames("task.layers.dense", "classifier/logits/", _DENSE),)
_HEAD = "task.layers.masked_lm_head"
_MASKED_LM = (
    LayerNames(f"{_HEAD}._intermediate_dense", "masked_lm/transform/", _DENSE),
    LayerNames(f"{_HEAD}._intermediate_layer_norm", "masked_lm/norm/", _NORM),
    LayerNames(_HEAD, "masked_lm/", {"vars.0": "bias"}),
)


def _arguments(config):
    return {
        "vocab_size": config["vocabulary_size"],
        "hidden_size": config["hidden_dim"],
        "num_layers": config["num_layers"],
        "num_attention_heads": config["num_heads"],
        "sequence_length": None,
        "max_sequence_length": config["max_sequence_length"],
        "type_vocab_size": config["num_segments"],
        "intermediate_size": config["intermediate_dim"],
        "activation": layers.approximate_gelu,
        "dropout_rate": config["dropout"],
        "attention_dropout_rate": config["dropout"],
    }


def _describe(encoder):
    config = bert_config(encoder)
    if config["hidden_act"] != "gelu_new":
        raise ValueError(
            "KerasHub's BERT has `approximate_gelu`. "
            f"Received: hidden_act={config['hidden_act']!r}."
        )
    if config["layer_norm_eps"] != 1e-12:
        raise ValueError(
            "KerasHub's BERT has the `norm_epsilon` 1e-12 alone. "
            f"Received: norm_epsilon={config['layer_norm_eps']}."
        )
    pooler = encoder.pooler_layer.activation
    if pooler is not keras.activations.tanh:
        raise ValueError(
            f"The pooler of KerasHub's BERT has tanh. Received: {pooler}."
        )
    return {
        "vocabulary_size": config["vocab_size"],
        "num_layers": config["num_hidden_layers"],
        "num_heads": config["num_attention_heads"],
        "hidden_dim": config["hidden_size"],
        "intermediate_dim": config["intermediate_size"],
        "dropout": config["hidden_dropout_prob"],
        "max_sequence_length": config["max_position_embeddings"],
        "num_segments": config["type_vocab_size"],
    }


KERAS_HUB_BERT = Family(
    name="Bert",
    model_type="keras_hub",
    prefix="backbone.",
    encoder=networks.TransformerEncoder,
    layers=_LAYERS,
    heads={
        "ForSequenceClassification": _CLASSIFIER,
        "ForMaskedLM": _MASKED_LM,
    },
    repeated={},
    # What its head of masked words is made with is in no file.
    defaults={
        "dropout": 0.1,
        "max_sequence_length": 512,
        "num_segments": 2,
        "masked_lm_activation": "gelu",
        "masked_lm_epsilon": 1e-5,
    },
    needed={},
    sizes={
        "vocabulary_size": ("layers.reversible_embedding.vars.0", 0),
        "max_sequence_length": ("layers.position_embedding.vars.0", 0),
        "num_segments": ("layers.embedding.vars.0", 0),
        "hidden_dim": ("layers.reversible_embedding.vars.0", 1),
        # Kernels are [outputs, inputs], as in every `SourceModel`.
        "intermediate_dim": (f"{_LAYER.format(0)}{_INNER}.vars.0", 0),
    },
    arguments=_arguments,
    depth="num_layers",
    epsilon="masked_lm_epsilon",
    head_activation="masked_lm_activation",
    describe=_describe,
)
