"""Describes ELECTRA, whose encoder is BERT's without a pooler.

https://huggingface.co/docs/transformers/model_doc/electra
"""

from nlp_modeling import networks
from nlp_modeling.checkpoints.hugging_face.bert import (
    DEFAULTS,
    NEEDED,
    SIZES,
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
)

_PROJECTION = LayerNames("embeddings_project", "embedding_projection/", DENSE)


def _arguments(config):
    return {
        **bert_arguments(config),
        "embedding_width": config["embedding_size"],
    }


def _describe(encoder):
    width = encoder.get_embedding_layer().embedding_width
    return {**bert_config(encoder), "embedding_size": width}


ELECTRA = Family(
    name="Electra",
    model_type="electra",
    prefix="electra.",
    encoder=networks.TransformerEncoder,
    layers=bert_layers(projection=(_PROJECTION,), pooler=()),
    heads={
        "ForMaskedLM": (
            LayerNames(
                "generator_predictions.dense", "masked_lm/transform/", DENSE
            ),
            LayerNames(
                "generator_predictions.LayerNorm", "masked_lm/norm/", NORM
            ),
            LayerNames("generator_lm_head", "masked_lm/", BIAS),
        ),
        # The discriminator's, which is the one that is fine-tuned.
        "ForReplacedTokens": (
            LayerNames(
                "discriminator_predictions.dense",
                "replaced_tokens/transform/",
                DENSE,
            ),
            LayerNames(
                "discriminator_predictions.dense_prediction",
                "replaced_tokens/logits/",
                DENSE,
            ),
        ),
        "ForSequenceClassification": (
            LayerNames("classifier.dense", "pooler_transform/", DENSE),
            LayerNames("classifier.out_proj", "classifier/logits/", DENSE),
        ),
        "ForTokenClassification": TOKEN_CLASSIFIER,
        "ForQuestionAnswering": SPAN_LABELING,
    },
    repeated={
        "generator_lm_head.weight": "electra.embeddings.word_embeddings.weight"
    },
    defaults={
        **DEFAULTS,
        "hidden_size": 256,
        "num_attention_heads": 4,
        "intermediate_size": 1024,
        "embedding_size": 128,
    },
    # The head of masked words has this one in any case.
    needed={**NEEDED, "hidden_act": "gelu"},
    sizes={**SIZES, "embedding_size": ("embeddings.word_embeddings.weight", 1)},
    arguments=_arguments,
    renamed={"ForReplacedTokens": "ForPreTraining"},
    pooler_activations={"ForSequenceClassification": "gelu"},
    optional="embedding_projection/",
    describe=_describe,
)
