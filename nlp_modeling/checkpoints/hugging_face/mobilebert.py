"""Describes MobileBERT: narrow layers with several feed-forward layers.

https://huggingface.co/docs/transformers/model_doc/mobilebert
"""

from nlp_modeling import networks
from nlp_modeling.checkpoints.hugging_face.bert import (
    BERT,
    DEFAULTS,
    EMBEDDINGS,
    NEEDED,
    POOLER,
    bert_arguments,
)
from nlp_modeling.checkpoints.hugging_face.family import (
    Family,
    activation_name,
)
from nlp_modeling.checkpoints.layer_names import DENSE, NORM, LayerNames
from nlp_modeling.layers.require import require_positive

# Feed-forward layers of a layer; the published models have 4 and 2.
_MOST = 8
# Arguments with the same name there and here.
_SAME = (
    "intra_bottleneck_size",
    "key_query_shared_bottleneck",
    "use_bottleneck_attention",
    "num_feedforward_networks",
    "normalization_type",
    "classifier_activation",
)


def _feed_forward(theirs="", ours=""):
    return {
        f"{theirs}intermediate.dense": f"feed_forward{ours}/inner",
        f"{theirs}output.dense": f"feed_forward{ours}/output",
        f"{theirs}output.LayerNorm": f"feed_forward_norm{ours}",
    }


_NAMES = {
    "attention.self.query": "attention/query",
    "attention.self.key": "attention/key",
    "attention.self.value": "attention/value",
    "attention.output.dense": "attention/output",
    "attention.output.LayerNorm": "attention_norm",
    "bottleneck.input.dense": "input_bottleneck",
    "bottleneck.input.LayerNorm": "input_norm",
    "bottleneck.attention.dense": "attention_bottleneck",
    "bottleneck.attention.LayerNorm": "asking_norm",
    **_feed_forward(),
    "output.bottleneck.dense": "output_bottleneck",
    "output.bottleneck.LayerNorm": "output_norm",
}
for _i in range(_MOST - 1):
    _NAMES |= _feed_forward(f"ffn.{_i}.", f"_{_i}")
_LAYERS = (
    *EMBEDDINGS,
    LayerNames(
        "embeddings.embedding_transformation", "trigrams/transform/", DENSE
    ),
    *(
        LayerNames(
            f"encoder.layer.{{}}.{theirs}",
            f"transformer_layer_{{}}/{ours}/",
            NORM if theirs.endswith("LayerNorm") else DENSE,
        )
        for theirs, ours in _NAMES.items()
    ),
    POOLER,
)
_MORE_SCORES = LayerNames(
    "cls.predictions.dense", "masked_lm/output_", {"weight": "kernel"}
)


def _arguments(config):
    require_positive(
        _MOST, num_feedforward_networks=config["num_feedforward_networks"]
    )
    return {
        **bert_arguments(config),
        "embedding_width": config["embedding_size"],
        **{key: config[key] for key in _SAME},
    }


def _describe(encoder):
    config = encoder.get_config()
    block = encoder.transformer_layers[0]
    is_shared = block.attention_bottleneck is not None
    if not is_shared and not config["use_bottleneck_attention"]:
        raise ValueError(
            "Queries and keys of Hugging Face's MobileBert are made in a "
            "bottleneck. Received: key_query_shared_bottleneck=False, "
            "use_bottleneck_attention=False."
        )
    positions = encoder.get_layer("position_embedding")
    return {
        "vocab_size": config["vocab_size"],
        "embedding_size": config["embedding_width"],
        "hidden_size": config["hidden_size"],
        "num_hidden_layers": config["num_layers"],
        "num_attention_heads": config["num_attention_heads"],
        "intermediate_size": config["intermediate_size"],
        "hidden_act": activation_name(block.feed_forward.inner_activation),
        "hidden_dropout_prob": config["dropout_rate"],
        "attention_probs_dropout_prob": config["attention_dropout_rate"],
        "max_position_embeddings": positions.max_length,
        "type_vocab_size": config["type_vocab_size"],
        "layer_norm_eps": config["norm_epsilon"],
        **{key: config[key] for key in _SAME},
        "key_query_shared_bottleneck": is_shared,
    }


MOBILEBERT = Family(
    name="MobileBert",
    model_type="mobilebert",
    prefix="mobilebert.",
    encoder=networks.MobileBertEncoder,
    layers=_LAYERS,
    heads={
        head: (*layers, _MORE_SCORES)
        if head in ("ForPreTraining", "ForMaskedLM")
        else layers
        for head, layers in BERT.heads.items()
    },
    repeated={
        "cls.predictions.decoder.weight": (
            "mobilebert.embeddings.word_embeddings.weight"
        ),
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    },
    defaults={
        **DEFAULTS,
        "embedding_size": 128,
        "hidden_size": 512,
        "num_hidden_layers": 24,
        "num_attention_heads": 4,
        "intermediate_size": 512,
        "hidden_act": "relu",
        "hidden_dropout_prob": 0.0,
        "intra_bottleneck_size": 128,
        "key_query_shared_bottleneck": True,
        "use_bottleneck_attention": False,
        "num_feedforward_networks": 4,
        "normalization_type": "no_norm",
        "classifier_activation": True,
    },
    # Under "layer_norm" theirs add two epsilons to the variances.
    needed={
        **NEEDED,
        "trigram_input": True,
        "use_bottleneck": True,
        "normalization_type": "no_norm",
    },
    sizes={
        "vocab_size": ("embeddings.word_embeddings.weight", 0),
        "embedding_size": ("embeddings.word_embeddings.weight", 1),
        "hidden_size": ("embeddings.position_embeddings.weight", 1),
        "max_position_embeddings": ("embeddings.position_embeddings.weight", 0),
        "type_vocab_size": ("embeddings.token_type_embeddings.weight", 0),
        "intermediate_size": ("encoder.layer.0.intermediate.dense.weight", 0),
        "intra_bottleneck_size": (
            "encoder.layer.0.intermediate.dense.weight",
            1,
        ),
    },
    arguments=_arguments,
    optional=r"pooler_transform/|transformer_layer_\d+/"
    r"(attention_bottleneck|asking_norm|feed_forward(_norm)?_\d)",
    describe=_describe,
)
