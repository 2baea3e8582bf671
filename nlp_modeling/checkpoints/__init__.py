"""Restores weights of runs and of other systems."""

from nlp_modeling.checkpoints.encoder_from_hugging_face import (
    encoder_from_hugging_face,
)
from nlp_modeling.checkpoints.find_preset import find_preset
from nlp_modeling.checkpoints.restore_encoder import (
    is_of_a_run,
    load_encoder,
    newest_checkpoint,
    restore_encoder,
)
from nlp_modeling.checkpoints.restore_from_model_garden import (
    restore_from_model_garden,
)
from nlp_modeling.checkpoints.restore_from_run import restore_from_run
from nlp_modeling.checkpoints.source_folder import source_folder
from nlp_modeling.checkpoints.whole_checkpoints import (
    is_whole,
    whole_checkpoints,
)
