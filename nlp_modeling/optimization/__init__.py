"""Offers optimizers, rules for weight decay, and learning rate schedules."""

from nlp_modeling.keras_internals import takes_summed_gradients
from nlp_modeling.optimization.adam_w import AdamW
from nlp_modeling.optimization.exclude_from_weight_decay import (
    exclude_from_weight_decay,
)
from nlp_modeling.optimization.lamb import LAMB
from nlp_modeling.optimization.layerwise_multipliers import (
    layerwise_multipliers,
)
from nlp_modeling.optimization.linear_warmup import LinearWarmup
from nlp_modeling.optimization.muon import Muon
from nlp_modeling.optimization.stable_decay import StableDecay
