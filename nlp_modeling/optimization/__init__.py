"""Optimizers, on the engine's own kernels."""

from nlp_modeling.optimization.adam_w import AdamW
