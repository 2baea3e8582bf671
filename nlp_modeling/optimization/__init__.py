"""Optimizers, on the engine's own kernels."""

from nlp_modeling.optimization.adam_w import AdamW
from nlp_modeling.optimization.takes_summed_gradients import (
    takes_summed_gradients,
)
