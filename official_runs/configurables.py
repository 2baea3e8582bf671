"""What settings may name: the package's classes, as gin knows them."""

import gin
import keras

from nlp_modeling import layers, networks, optimization, text, training

for _class in (
    networks.TransformerEncoder,
    networks.AlbertEncoder,
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
gin.external_configurable(layers.approximate_gelu, module="nlp_modeling")
