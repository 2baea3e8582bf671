"""Restores weights of runs and of other systems."""

from nlp_modeling.checkpoints.find_preset import find_preset, has_config
from nlp_modeling.checkpoints.google_bert.read_checkpoint import (
    google_bert_model,
)
from nlp_modeling.checkpoints.google_bert.save_to_google_bert import (
    save_to_google_bert,
)
from nlp_modeling.checkpoints.hugging_face.read_folder import (
    encoder_from_hugging_face,
    hugging_face_model,
)
from nlp_modeling.checkpoints.hugging_face.save_to_hugging_face import (
    save_to_hugging_face,
)
from nlp_modeling.checkpoints.keras_hub.read_preset import keras_hub_model
from nlp_modeling.checkpoints.keras_hub.save_to_keras_hub import (
    save_to_keras_hub,
)
from nlp_modeling.checkpoints.read_tf_hub import tf_hub_model
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
from nlp_modeling.checkpoints.save_to_model_garden import (
    save_to_model_garden,
)
from nlp_modeling.checkpoints.source_folder import source_folder
from nlp_modeling.checkpoints.source_model import source_model, source_system
from nlp_modeling.checkpoints.whole_checkpoints import (
    is_whole,
    whole_checkpoints,
)
