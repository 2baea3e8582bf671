"""Weights of other systems in and out."""

from nlp_modeling.checkpoints.encoder_from_hugging_face import (
    encoder_from_hugging_face,
)
from nlp_modeling.checkpoints.restore_from_model_garden import (
    restore_from_model_garden,
)
