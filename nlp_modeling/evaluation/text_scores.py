"""Scores predictions for texts by the metrics of their task."""

from collections.abc import Sequence

import numpy as np
from scipy import stats
from sklearn import metrics as sklearn_metrics

# Shapes: N examples.


def _correlation(function):
    def score(labels, predictions):
        # Constant values have no correlation. scipy would warn and give NaN.
        if np.ptp(labels) == 0 or np.ptp(predictions) == 0:
            return 0.0
        return function(labels, predictions).statistic

    return score


# Keys are the names in `data.TextTask.metrics`. F1 is that of class 1.
TEXT_METRICS = {
    "accuracy": sklearn_metrics.accuracy_score,
    "f1": lambda *args: sklearn_metrics.f1_score(*args, zero_division=0.0),
    "matthews_correlation": sklearn_metrics.matthews_corrcoef,
    "pearson": _correlation(stats.pearsonr),
    "spearman": _correlation(stats.spearmanr),
}


def text_scores(
    metrics: Sequence[str], labels: Sequence, predictions: Sequence
) -> dict[str, float]:
    """Scores predictions by metrics as GLUE defines them.

    Reference:
        GLUE, section 3: https://arxiv.org/abs/1804.07461

    Args:
        metrics: Names in `TEXT_METRICS`, as in `data.TextTask.metrics`.
        labels: int [N] classes, or float [N] scores.
        predictions: The predicted classes or scores.

    Returns:
        Fractions of 1, and correlations from -1 to 1. A correlation with a
        constant is 0.

    Raises:
        ValueError: If a name is unknown, there is no example, or the numbers
            of labels and predictions differ.
    """
    unknown = [name for name in metrics if name not in TEXT_METRICS]
    if unknown:
        raise ValueError(
            f"A metric must be one of {list(TEXT_METRICS)}. Received: "
            f"{unknown=}."
        )
    if not len(labels) == len(predictions) > 0:
        raise ValueError(
            "There must be as many predictions as labels, and some. Received: "
            f"len(labels)={len(labels)}, len(predictions)={len(predictions)}."
        )
    return {
        name: float(TEXT_METRICS[name](labels, predictions)) for name in metrics
    }
