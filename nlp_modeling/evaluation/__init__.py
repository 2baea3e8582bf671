"""Turns predictions into answers and scores."""

from nlp_modeling.evaluation.entity_scores import (
    entity_scores,
    entity_set_scores,
)
from nlp_modeling.evaluation.squad_answers import (
    RankedAnswers,
    SpanCandidate,
    squad_answers,
)
from nlp_modeling.evaluation.squad_null_thresholds import squad_null_thresholds
from nlp_modeling.evaluation.squad_v1_1_scores import squad_v1_1_scores
from nlp_modeling.evaluation.squad_v2_0_scores import squad_v2_0_scores
from nlp_modeling.evaluation.text_scores import TEXT_METRICS, text_scores
from nlp_modeling.evaluation.write_squad_answers import write_squad_answers

__all__ = [
    "RankedAnswers",
    "SpanCandidate",
    "TEXT_METRICS",
    "entity_scores",
    "entity_set_scores",
    "squad_answers",
    "squad_null_thresholds",
    "squad_v1_1_scores",
    "squad_v2_0_scores",
    "text_scores",
    "write_squad_answers",
]
