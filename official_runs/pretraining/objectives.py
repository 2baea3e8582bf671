"""Makes the objectives of BERT's pretraining."""

import keras

from nlp_modeling import losses, training
from official_runs.program.configurable import configurable


@configurable
def masked_lm(weight: float = 1.0) -> training.Objective:
    """Makes the objective that predicts masked words.

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        weight: The factor of its loss.
    """
    return _objective(
        "masked_lm",
        weight,
        labels="masked_lm_ids",
        weights="masked_lm_weights",
        predictions="masked_lm",
    )


@configurable
def next_sentence(weight: float = 1.0) -> training.Objective:
    """Makes the objective that predicts whether two segments are neighbours.

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        weight: The factor of its loss.
    """
    return _objective(
        "next_sentence",
        weight,
        labels="next_sentence_labels",
        weights="next_sentence_weights",
        predictions="classification",
    )


def _objective(name, weight, **measured):
    cross_entropy = (
        losses.weighted_sparse_categorical_crossentropy_per_example_loss
    )
    accuracy = keras.metrics.sparse_categorical_accuracy
    return training.Objective(
        name,
        training.Measure(cross_entropy, **measured),
        weight,
        {"accuracy": training.Measure(accuracy, **measured)},
    )
