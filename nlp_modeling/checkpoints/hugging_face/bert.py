"""Describes BERT.

https://huggingface.co/docs/transformers/model_doc/bert
"""

from nlp_modeling import layers, networks
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
    block_names,
)

EMBEDDINGS = (
    LayerNames("embeddings.word_embeddings", "word_embeddings/", TABLE),
    LayerNames("embeddings.position_embeddings", "position_embedding/", TABLE),
    LayerNames("embeddings.token_type_embeddings", "type_embeddings/", TABLE),
    LayerNames("embeddings.LayerNorm", "embeddings_norm/", NORM),
)
_LAYER = block_names(
    "encoder.layer.{}.",
    "transformer_layer_{}/",
    (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ),
)
POOLER = LayerNames("pooler.dense", "pooler_transform/", DENSE)
_MASKED_LM = (
    LayerNames(
        "cls.predictions.transform.dense", "masked_lm/transform/", DENSE
    ),
    LayerNames("cls.predictions.transform.LayerNorm", "masked_lm/norm/", NORM),
    LayerNames("cls.predictions", "masked_lm/", BIAS),
)
_NEXT_SENTENCE = LayerNames(
    "cls.seq_relationship", "classification/logits/", DENSE
)
# The heads that every family has, on its own encoder.
CLASSIFIER = (LayerNames("classifier", "classifier/logits/", DENSE),)
TOKEN_CLASSIFIER = (
    LayerNames("classifier", "token_classifier/logits/", DENSE),
)
SPAN_LABELING = (LayerNames("qa_outputs", "span_labeling/logits/", DENSE),)


def bert_layers(projection=(), pooler=(POOLER,)):
    """Names the layers of an encoder with BERT's names."""
    return (*EMBEDDINGS, *projection, *_LAYER, *pooler)


def bert_arguments(config):
    """Makes the arguments of a `TransformerEncoder`."""
    return {
        "vocab_size": config["vocab_size"],
        "hidden_size": config["hidden_size"],
        "num_layers": config["num_hidden_layers"],
        "num_attention_heads": config["num_attention_heads"],
        "sequence_length": None,
        "max_sequence_length": config["max_position_embeddings"],
        "type_vocab_size": config["type_vocab_size"],
        "intermediate_size": config["intermediate_size"],
        "activation": activation(config, "hidden_act"),
        "dropout_rate": config["hidden_dropout_prob"],
        "attention_dropout_rate": config["attention_probs_dropout_prob"],
        "norm_epsilon": config["layer_norm_eps"],
    }


def bert_config(encoder):
    """Makes the configuration of an encoder.

    Raises:
        ValueError: If its layers are not BERT's.
    """
    block = encoder.transformer_layers[0]
    config = encoder.get_config()
    is_known = type(block) is layers.TransformerEncoderBlock
    if not is_known or block.norm_first or block.inner_dropout:
        raise ValueError(
            "An encoder of Hugging Face's BERT must have BERT's layers, with "
            f"the norm after each part. Received: {block.get_config()}."
        )
    positions = encoder.get_layer("position_embedding")
    epsilon = encoder.get_layer("embeddings_norm").epsilon
    if block.norm_epsilon != epsilon:
        raise ValueError(
            "Every layer normalization of Hugging Face's BERT has one epsilon. "
            f"Received: {block.norm_epsilon} in the layers, {epsilon} in the "
            "embeddings."
        )
    return {
        "vocab_size": encoder.get_embedding_layer().vocab_size,
        "hidden_size": config["hidden_size"],
        "num_hidden_layers": config["num_layers"],
        "num_attention_heads": block.num_attention_heads,
        "intermediate_size": block.inner_dim,
        "hidden_act": activation_name(block.inner_activation),
        "hidden_dropout_prob": block.output_dropout,
        "attention_probs_dropout_prob": block.attention_dropout,
        "max_position_embeddings": positions.embeddings.shape[0],
        "type_vocab_size": config["type_vocab_size"],
        "layer_norm_eps": epsilon,
    }


# Hugging Face leaves out of a file what is equal to its default.
DEFAULTS = {
    "vocab_size": 30522,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
}
NEEDED = {
    "position_embedding_type": "absolute",
    "is_decoder": False,
    "add_cross_attention": False,
}
SIZES = {
    "vocab_size": ("embeddings.word_embeddings.weight", 0),
    "hidden_size": ("encoder.layer.0.output.dense.weight", 0),
    "max_position_embeddings": ("embeddings.position_embeddings.weight", 0),
    "type_vocab_size": ("embeddings.token_type_embeddings.weight", 0),
    "intermediate_size": ("encoder.layer.0.intermediate.dense.weight", 0),
}

BERT = Family(
    name="Bert",
    model_type="bert",
    prefix="bert.",
    encoder=networks.TransformerEncoder,
    layers=bert_layers(),
    heads={
        "ForPreTraining": (*_MASKED_LM, _NEXT_SENTENCE),
        "ForMaskedLM": _MASKED_LM,
        "ForSequenceClassification": CLASSIFIER,
        "ForTokenClassification": TOKEN_CLASSIFIER,
        "ForQuestionAnswering": SPAN_LABELING,
    },
    repeated={
        "cls.predictions.decoder.weight": (
            "bert.embeddings.word_embeddings.weight"
        ),
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    },
    defaults=DEFAULTS,
    needed=NEEDED,
    sizes=SIZES,
    arguments=bert_arguments,
    describe=bert_config,
)
