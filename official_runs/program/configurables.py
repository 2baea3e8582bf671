"""Names the classes of the package for gin."""

import gin
import keras

from nlp_modeling import (
    checkpoints,
    layers,
    models,
    networks,
    optimization,
    text,
    training,
)
from official_runs.program import optimizer  # noqa: F401

for _class in (
    networks.TransformerEncoder,
    networks.AlbertEncoder,
    models.BertPretrainer,
    models.BertClassifier,
    models.BertSpanLabeler,
    models.BertTokenClassifier,
    optimization.AdamW,
    optimization.LAMB,
    keras.optimizers.Adafactor,
    optimization.StableDecay,
    text.MaskedLMMaskGenerator,
    text.BertTokenizer,
    training.Schedule,
    training.TrainStep,
):
    gin.external_configurable(_class, module="nlp_modeling")
gin.external_configurable(checkpoints.load_encoder, module="nlp_modeling")
gin.external_configurable(layers.approximate_gelu, module="nlp_modeling")
