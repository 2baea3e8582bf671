"""Describes RoBERTa: BERT's encoder with positions that count from 2.

https://huggingface.co/docs/transformers/model_doc/roberta
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

_PAD = 1
# Hugging Face counts the tokens of a text from the id of <pad> plus 1, and
# gives the row of that id to all padding. An encoder here counts places from 0:
# the same rows if the padding comes last, and nothing reads the padding.
_UNUSED = _PAD + 1


def _arguments(config):
    rows = config["max_position_embeddings"]
    return {**bert_arguments(config), "max_sequence_length": rows - _UNUSED}


def _describe(encoder):
    config = bert_config(encoder)
    rows = config["max_position_embeddings"] + _UNUSED
    ids = {"bos_token_id": 0, "pad_token_id": _PAD, "eos_token_id": 2}
    return {**config, "max_position_embeddings": rows, **ids}


ROBERTA = Family(
    name="Roberta",
    model_type="roberta",
    prefix="roberta.",
    encoder=networks.TransformerEncoder,
    layers=bert_layers(),
    heads={
        "ForMaskedLM": (
            LayerNames("lm_head.dense", "masked_lm/transform/", DENSE),
            LayerNames("lm_head.layer_norm", "masked_lm/norm/", NORM),
            LayerNames("lm_head", "masked_lm/", BIAS),
        ),
        # Models with a head have no pooler, and the classifier is one.
        "ForSequenceClassification": (
            LayerNames("classifier.dense", "pooler_transform/", DENSE),
            LayerNames("classifier.out_proj", "classifier/logits/", DENSE),
        ),
        "ForTokenClassification": TOKEN_CLASSIFIER,
        "ForQuestionAnswering": SPAN_LABELING,
    },
    repeated={
        "lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight",
        "lm_head.decoder.bias": "lm_head.bias",
    },
    defaults={**DEFAULTS, "vocab_size": 50265},
    # The head of masked words has this activation in any case.
    needed={**NEEDED, "hidden_act": "gelu", "pad_token_id": _PAD},
    sizes=SIZES,
    arguments=_arguments,
    unused_positions=_UNUSED,
    describe=_describe,
)
