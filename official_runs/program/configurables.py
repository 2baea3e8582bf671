"""Names the classes of the package for gin."""

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
from official_runs.program.configurable import external_configurable

for _named in (
    networks.TransformerEncoder,
    networks.AlbertEncoder,
    networks.ModernBertEncoder,
    networks.MobileBertEncoder,
    networks.bert_initializer,
    models.BertPretrainer,
    models.BertClassifier,
    models.BertSpanLabeler,
    models.BertTokenClassifier,
    optimization.AdamW,
    optimization.LAMB,
    optimization.Muon,
    keras.optimizers.Adafactor,
    optimization.StableDecay,
    text.MaskedLMMaskGenerator,
    text.BertTokenizer,
    training.Schedule,
    training.TrainStep,
    checkpoints.load_encoder,
    layers.approximate_gelu,
):
    external_configurable(_named, module="nlp_modeling")
