"""What pretraining minimizes, and what it is measured by."""

import keras

from nlp_modeling import losses, training

_FUNCTIONS = {
    "loss": losses.weighted_sparse_categorical_crossentropy_per_example_loss,
    "accuracy": keras.metrics.sparse_categorical_accuracy,
}


def pretraining_measures(next_sentence: bool) -> dict[str, training.Measure]:
    """Gives losses and accuracies of masked words and next sentences.

    Args:
        next_sentence: Whether next sentences are predicted.
    """
    measures = {
        f"masked_lm_{name}": training.Measure(
            function,
            labels="masked_lm_ids",
            weights="masked_lm_weights",
            predictions="masked_lm",
        )
        for name, function in _FUNCTIONS.items()
    }
    if next_sentence:
        measures |= {
            f"next_sentence_{name}": training.Measure(
                function,
                labels="next_sentence_labels",
                predictions="classification",
            )
            for name, function in _FUNCTIONS.items()
        }
    return measures
