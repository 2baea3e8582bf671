"""What settings may name: the package's classes, as gin knows them."""

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

for _class in (
    networks.TransformerEncoder,
    networks.AlbertEncoder,
    models.BertClassifier,
    models.BertSpanLabeler,
    models.BertTokenClassifier,
    optimization.AdamW,
    optimization.LAMB,
    keras.optimizers.Adafactor,
    optimization.LinearWarmup,
    optimization.StableDecay,
    keras.optimizers.schedules.PolynomialDecay,
    text.MaskedLMMaskGenerator,
    training.Schedule,
    training.TrainStep,
):
    gin.external_configurable(_class, module="nlp_modeling")
gin.external_configurable(checkpoints.load_encoder, module="nlp_modeling")
gin.external_configurable(layers.approximate_gelu, module="nlp_modeling")
