"""Describes ALBERT, with one layer applied many times.

https://huggingface.co/docs/transformers/model_doc/albert
"""

from nlp_modeling import networks
from nlp_modeling.checkpoints.hugging_face.bert import (
    CLASSIFIER,
    DEFAULTS,
    NEEDED,
    SPAN_LABELING,
    TOKEN_CLASSIFIER,
    bert_arguments,
    bert_config,
    bert_layers,
)
from nlp_modeling.checkpoints.hugging_face.family import Family
from nlp_modeling.checkpoints.layer_names import (
    BIAS,
    DENSE,
    NORM,
    LayerNames,
    block_names,
)

_LAYER = "encoder.albert_layer_groups.0.albert_layers.0."
_LAYERS = (
    *(row for row in bert_layers(pooler=()) if "{}" not in row.theirs),
    LayerNames(
        "encoder.embedding_hidden_mapping_in", "embedding_projection/", DENSE
    ),
    *block_names(
        _LAYER,
        "transformer/",
        (
            "attention.query",
            "attention.key",
            "attention.value",
            "attention.dense",
            "attention.LayerNorm",
            "ffn",
            "ffn_output",
            "full_layer_layer_norm",
        ),
    ),
    LayerNames("pooler", "pooler_transform/", DENSE),
)
_MASKED_LM = (
    LayerNames("predictions.dense", "masked_lm/transform/", DENSE),
    LayerNames("predictions.LayerNorm", "masked_lm/norm/", NORM),
    LayerNames("predictions", "masked_lm/", BIAS),
)


def _arguments(config):
    return {
        **bert_arguments(config),
        "embedding_width": config["embedding_size"],
    }


def _describe(encoder):
    width = encoder.get_embedding_layer().embedding_width
    return {**bert_config(encoder), "embedding_size": width}


ALBERT = Family(
    name="Albert",
    model_type="albert",
    prefix="albert.",
    encoder=networks.AlbertEncoder,
    layers=_LAYERS,
    heads={
        "ForPreTraining": (
            *_MASKED_LM,
            LayerNames(
                "sop_classifier.classifier", "classification/logits/", DENSE
            ),
        ),
        "ForMaskedLM": _MASKED_LM,
        "ForSequenceClassification": CLASSIFIER,
        "ForTokenClassification": TOKEN_CLASSIFIER,
        "ForQuestionAnswering": SPAN_LABELING,
    },
    repeated={
        "predictions.decoder.weight": (
            "albert.embeddings.word_embeddings.weight"
        ),
        "predictions.decoder.bias": "predictions.bias",
    },
    defaults={
        **DEFAULTS,
        "vocab_size": 30000,
        "embedding_size": 128,
        "hidden_size": 4096,
        "num_attention_heads": 64,
        "intermediate_size": 16384,
        "hidden_act": "gelu_new",
        "hidden_dropout_prob": 0,
        "attention_probs_dropout_prob": 0,
    },
    needed={**NEEDED, "num_hidden_groups": 1, "inner_group_num": 1},
    sizes={
        "vocab_size": ("embeddings.word_embeddings.weight", 0),
        "embedding_size": ("embeddings.word_embeddings.weight", 1),
        "hidden_size": (f"{_LAYER}ffn_output.weight", 0),
        "max_position_embeddings": ("embeddings.position_embeddings.weight", 0),
        "type_vocab_size": ("embeddings.token_type_embeddings.weight", 0),
        "intermediate_size": (f"{_LAYER}ffn.weight", 0),
    },
    arguments=_arguments,
    describe=_describe,
)
