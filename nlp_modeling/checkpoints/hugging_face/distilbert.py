"""Describes DistilBERT: BERT's layers without segments and pooler.

https://huggingface.co/docs/transformers/model_doc/distilbert
"""

from nlp_modeling import networks
from nlp_modeling.checkpoints.hugging_face.bert import (
    CLASSIFIER,
    SPAN_LABELING,
    TOKEN_CLASSIFIER,
)
from nlp_modeling.checkpoints.hugging_face.family import Family, activation
from nlp_modeling.checkpoints.layer_names import (
    BIAS,
    DENSE,
    NORM,
    TABLE,
    LayerNames,
    block_names,
)

_LAYERS = (
    LayerNames("embeddings.word_embeddings", "word_embeddings/", TABLE),
    LayerNames("embeddings.position_embeddings", "position_embedding/", TABLE),
    LayerNames("embeddings.LayerNorm", "embeddings_norm/", NORM),
    *block_names(
        "transformer.layer.{}.",
        "transformer_layer_{}/",
        (
            "attention.q_lin",
            "attention.k_lin",
            "attention.v_lin",
            "attention.out_lin",
            "sa_layer_norm",
            "ffn.lin1",
            "ffn.lin2",
            "output_layer_norm",
        ),
    ),
)


def _arguments(config):
    return {
        "vocab_size": config["vocab_size"],
        "hidden_size": config["dim"],
        "num_layers": config["n_layers"],
        "num_attention_heads": config["n_heads"],
        "sequence_length": None,
        "max_sequence_length": config["max_position_embeddings"],
        "type_vocab_size": 2,
        "intermediate_size": config["hidden_dim"],
        "activation": activation(config, "activation"),
        "dropout_rate": config["dropout"],
        "attention_dropout_rate": config["attention_dropout"],
    }


DISTILBERT = Family(
    name="DistilBert",
    model_type="distilbert",
    prefix="distilbert.",
    encoder=networks.TransformerEncoder,
    layers=_LAYERS,
    heads={
        "ForMaskedLM": (
            LayerNames("vocab_transform", "masked_lm/transform/", DENSE),
            LayerNames("vocab_layer_norm", "masked_lm/norm/", NORM),
            LayerNames("vocab_projector", "masked_lm/", BIAS),
        ),
        "ForSequenceClassification": (
            LayerNames("pre_classifier", "pooler_transform/", DENSE),
            *CLASSIFIER,
        ),
        "ForTokenClassification": TOKEN_CLASSIFIER,
        "ForQuestionAnswering": SPAN_LABELING,
    },
    repeated={
        "vocab_projector.weight": "distilbert.embeddings.word_embeddings.weight"
    },
    defaults={
        "vocab_size": 30522,
        "dim": 768,
        "n_layers": 6,
        "n_heads": 12,
        "hidden_dim": 3072,
        "activation": "gelu",
        "dropout": 0.1,
        "attention_dropout": 0.1,
        "max_position_embeddings": 512,
    },
    needed={},
    sizes={
        "vocab_size": ("embeddings.word_embeddings.weight", 0),
        "dim": ("embeddings.word_embeddings.weight", 1),
        "max_position_embeddings": ("embeddings.position_embeddings.weight", 0),
        "hidden_dim": ("transformer.layer.0.ffn.lin1.weight", 0),
    },
    arguments=_arguments,
    depth="n_layers",
    epsilon=None,
    # Every segment adds nothing.
    zeros=("type_embeddings/embeddings",),
    pooler_activations={"ForSequenceClassification": "relu"},
)
