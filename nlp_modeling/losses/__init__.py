"""Turns predictions and labels into losses."""

from nlp_modeling.losses.weighted_sparse_categorical_crossentropy import (
    weighted_sparse_categorical_crossentropy_loss,
    weighted_sparse_categorical_crossentropy_per_example_loss,
)
