"""Describes ModernBERT.

https://huggingface.co/docs/transformers/model_doc/modernbert
"""

import keras

from nlp_modeling import layers, networks
from nlp_modeling.checkpoints.hugging_face.bert import CLASSIFIER
from nlp_modeling.checkpoints.hugging_face.family import (
    Family,
    activation,
    activation_name,
)
from nlp_modeling.checkpoints.layer_names import (
    BIAS,
    DENSE,
    NORM,
    TABLE,
    LayerNames,
)

_KERNEL = {"weight": "kernel"}
_SCALE = {"weight": "gamma"}
_LAYER, _OURS = "layers.{}.", "transformer_layer_{}/"
_LAYERS = (
    LayerNames("embeddings.tok_embeddings", "word_embeddings/", TABLE),
    LayerNames("embeddings.norm", "embeddings_norm/", _SCALE),
    LayerNames(f"{_LAYER}attn.query", f"{_OURS}attention/query_", _KERNEL),
    LayerNames(f"{_LAYER}attn.key", f"{_OURS}attention/key_", _KERNEL),
    LayerNames(f"{_LAYER}attn.value", f"{_OURS}attention/value_", _KERNEL),
    LayerNames(f"{_LAYER}attn.Wo", f"{_OURS}attention/output_", _KERNEL),
    LayerNames(f"{_LAYER}attn_norm", f"{_OURS}attention_norm/", _SCALE),
    LayerNames(f"{_LAYER}mlp.gate", f"{_OURS}feed_forward/gate/", _KERNEL),
    LayerNames(f"{_LAYER}mlp.inner", f"{_OURS}feed_forward/inner/", _KERNEL),
    LayerNames(f"{_LAYER}mlp.Wo", f"{_OURS}feed_forward/output/", _KERNEL),
    LayerNames(f"{_LAYER}mlp_norm", f"{_OURS}output_norm/", _SCALE),
    LayerNames("final_norm", "final_norm/", _SCALE),
)
_FULL, _LOCAL = "full_attention", "sliding_attention"


def _arguments(config):
    full, local = _thetas(config)
    return {
        "vocab_size": config["vocab_size"],
        "hidden_size": config["hidden_size"],
        "num_layers": config["num_hidden_layers"],
        "num_attention_heads": config["num_attention_heads"],
        "sequence_length": None,
        "intermediate_size": config["intermediate_size"],
        "activation": activation(config, "hidden_activation"),
        "global_attention_every": _global_attention_every(config),
        "window": config["local_attention"],
        "rope_theta": full,
        "local_rope_theta": local,
        "norm": keras.layers.LayerNormalization(
            epsilon=config["norm_eps"], center=False
        ),
        "dropout_rate": config["embedding_dropout"],
        "attention_dropout_rate": config["attention_dropout"],
        "pooler_layer": layers.NormalizedTransform(
            activation(config, "classifier_activation"), config["norm_eps"]
        ),
    }


def _global_attention_every(config):
    """Reads the pattern of the layers, of new files or of older ones."""
    kinds = config.get("layer_types")
    if kinds is None:
        return config["global_attn_every_n_layers"]
    depth = config["num_hidden_layers"]
    for every in range(1, depth + 1):
        if kinds == [_LOCAL if i % every else _FULL for i in range(depth)]:
            return every
    raise ValueError(
        f"`layer_types` must have {_FULL!r} first, and then at equal distances "
        f"in {depth} layers. Received: layer_types={kinds}."
    )


def _thetas(config):
    """Reads the bases of the rotations, of new files or of older ones."""
    thetas = [config["global_rope_theta"], config["local_rope_theta"]]
    parameters = config.get("rope_parameters") or {}
    for i, kind in enumerate((_FULL, _LOCAL)):
        found = parameters.get(kind) or {}
        if found.get("rope_type", "default") != "default":
            raise ValueError(
                "`rope_type` of ModernBert must be 'default'. "
                f"Received: rope_parameters={parameters}."
            )
        thetas[i] = found.get("rope_theta", thetas[i])
    return thetas


def _describe(encoder):
    config = encoder.get_config()
    norm, block = encoder.final_norm, encoder.transformer_layers[0]
    is_known = type(norm) is keras.layers.LayerNormalization and norm.scale
    if not is_known or norm.center:
        raise ValueError(
            "`norm` of Hugging Face's ModernBert must be a LayerNormalization "
            f"with a scale and without an offset. Received: norm={norm}, "
            f"{norm.get_config()}."
        )
    words = encoder.get_embedding_layer()
    return {
        "vocab_size": words.vocab_size,
        "hidden_size": words.embedding_width,
        "num_hidden_layers": config["num_layers"],
        "num_attention_heads": config["num_attention_heads"],
        "intermediate_size": config["intermediate_size"],
        "hidden_activation": activation_name(
            block.feed_forward.inner_activation
        ),
        "norm_eps": norm.epsilon,
        "local_attention": config["window"],
        # Every version of Hugging Face reads these names.
        "global_attn_every_n_layers": config["global_attention_every"],
        "global_rope_theta": config["rope_theta"],
        "local_rope_theta": config["local_rope_theta"],
        "embedding_dropout": config["dropout_rate"],
        "attention_dropout": config["attention_dropout_rate"],
        "max_position_embeddings": encoder.max_length or 8192,
        # Theirs, if they are left out, are beyond a smaller vocabulary.
        "pad_token_id": None,
        "bos_token_id": None,
        "cls_token_id": None,
        "eos_token_id": None,
        "sep_token_id": None,
    }


MODERNBERT = Family(
    name="ModernBert",
    model_type="modernbert",
    prefix="model.",
    encoder=networks.ModernBertEncoder,
    layers=_LAYERS,
    heads={
        "ForMaskedLM": (
            LayerNames("head.dense", "masked_lm/transform/", DENSE),
            LayerNames("head.norm", "masked_lm/norm/", NORM),
            LayerNames("decoder", "masked_lm/", BIAS),
        ),
        "ForSequenceClassification": (
            LayerNames("head.dense", "pooler_transform/transform/", _KERNEL),
            LayerNames("head.norm", "pooler_transform/norm/", _SCALE),
            *CLASSIFIER,
        ),
    },
    repeated={"decoder.weight": "model.embeddings.tok_embeddings.weight"},
    defaults={
        "vocab_size": 50368,
        "hidden_size": 768,
        "num_hidden_layers": 22,
        "num_attention_heads": 12,
        "intermediate_size": 1152,
        "hidden_activation": "gelu",
        "classifier_activation": "gelu",
        "norm_eps": 1e-5,
        "local_attention": 128,
        "global_attn_every_n_layers": 3,
        "global_rope_theta": 160_000.0,
        "local_rope_theta": 10_000.0,
        "embedding_dropout": 0.0,
        "attention_dropout": 0.0,
        "classifier_pooling": "cls",
    },
    needed={
        "norm_bias": False,
        "attention_bias": False,
        "mlp_bias": False,
        "decoder_bias": True,
        "classifier_bias": False,
        "rope_scaling": None,
    },
    sizes={
        "vocab_size": ("embeddings.tok_embeddings.weight", 0),
        "hidden_size": ("embeddings.tok_embeddings.weight", 1),
        "intermediate_size": ("layers.0.mlp.Wo.weight", 1),
    },
    arguments=_arguments,
    epsilon="norm_eps",
    head_activation="classifier_activation",
    pooler=layers.NormalizedTransform,
    optional="transformer_layer_0/attention_norm/",
    fused={
        "attn.Wqkv": ("attn.query", "attn.key", "attn.value"),
        # The gate is the part with the activation.
        "mlp.Wi": ("mlp.gate", "mlp.inner"),
    },
    zeros=("masked_lm/transform/bias", "masked_lm/norm/beta"),
    describe=_describe,
)
