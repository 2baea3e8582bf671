"""Makes the objectives of pretraining, BERT's and ELECTRA's."""

import keras
from keras import ops

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


@configurable
def replaced_tokens(weight: float = 50.0) -> training.Objective:
    """Makes the objective that tells the words that a generator replaced.

    Reference:
        ELECTRA, section 2 and appendix A: https://arxiv.org/abs/2003.10555

    Args:
        weight: The factor of its loss, beside that of masked words.
    """
    # Every token has a label, which the model makes.
    measured = {
        "labels": "input_mask",
        "weights": "input_mask",
        "predictions": "replaced_tokens",
    }
    return training.Objective(
        "replaced_tokens",
        training.Measure(_detection_loss, **measured),
        weight,
        {"accuracy": training.Measure(_detection_accuracy, **measured)},
    )


def _detection_loss(_, scores):
    """The cross entropy of each token, of float32 [B, S, 2]."""
    logits, labels = ops.unstack(scores, axis=-1)
    return ops.binary_crossentropy(labels, logits, from_logits=True)


def _detection_accuracy(_, scores):
    logits, labels = ops.unstack(scores, axis=-1)
    return ops.equal(ops.cast(logits > 0, labels.dtype), labels)


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
