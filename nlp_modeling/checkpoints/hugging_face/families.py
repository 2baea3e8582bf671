"""Finds the family of a folder of Hugging Face."""

from nlp_modeling.checkpoints.hugging_face.albert import ALBERT
from nlp_modeling.checkpoints.hugging_face.bert import BERT
from nlp_modeling.checkpoints.hugging_face.distilbert import DISTILBERT
from nlp_modeling.checkpoints.hugging_face.electra import ELECTRA
from nlp_modeling.checkpoints.hugging_face.family import Family
from nlp_modeling.checkpoints.hugging_face.mobilebert import MOBILEBERT
from nlp_modeling.checkpoints.hugging_face.modernbert import MODERNBERT
from nlp_modeling.checkpoints.hugging_face.roberta import ROBERTA

_FAMILIES = (
    *(BERT, ALBERT, DISTILBERT, ELECTRA, ROBERTA),
    *(MODERNBERT, MOBILEBERT),
)
FAMILIES = {family.model_type: family for family in _FAMILIES}


def family_of(config: dict) -> Family:
    """Finds the family that a configuration names; BERT if it names none.

    Raises:
        ValueError: If it names another one, or needs code of its own.
    """
    name = config.get("model_type", "bert")
    if name not in FAMILIES:
        raise ValueError(
            f"`model_type` must be one of {list(FAMILIES)}. "
            f"Received: model_type={name!r}."
        )
    return FAMILIES[name]
