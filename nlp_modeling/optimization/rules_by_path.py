"""Gives weights different decay and learning rates, by their paths."""

import re

from nlp_modeling import keras_internals
from nlp_modeling.layers.require import require_finite, require_rate

# Keras's names of biases, and of the scale and shift of normalizations.
NORMS_AND_BIASES = ("bias$", "gamma$", "beta$")


class RulesByPath(keras_internals.DecaysInUpdateStep):
    """Gives weights different decay and learning rates, by their paths.

    This is a mixin for a Keras optimizer. A regular expression is searched in a
    weight's path, such as `transformer_layer_0/attention/qkv_kernel`.

    Args:
        exclude_from_weight_decay: Regular expressions. A weight does not decay
            if one is found in its path.
        learning_rate_multipliers: Pairs of a regular expression and a factor of
            the learning rate. The first pair that fits a weight counts. Without
            one the factor is 1.
        **kwargs: Arguments of the optimizer, Adam's among them.

    Raises:
        ValueError: If a rate, a decay or `epsilon` is negative or not finite.
            From `build`, if no weight fits any of the multipliers.
    """

    def __init__(
        self, exclude_from_weight_decay, learning_rate_multipliers, **kwargs
    ):
        if not callable(kwargs["learning_rate"]):
            require_finite(0, learning_rate=kwargs["learning_rate"])
        for name in ("weight_decay", "epsilon"):
            require_finite(0, **{name: kwargs[name]})
        for name in ("beta_1", "beta_2"):
            require_rate(**{name: kwargs[name]})
        super().__init__(**kwargs)
        self._without_decay = tuple(exclude_from_weight_decay)
        self._multipliers = tuple(map(tuple, learning_rate_multipliers))

    def build(self, variables):
        patterns = [pattern for pattern, _ in self._multipliers]
        if patterns and not any(fits(patterns, v) for v in variables):
            raise ValueError(
                "`learning_rate_multipliers` must fit the path of a weight. "
                f"Received: learning_rate_multipliers={self._multipliers}, "
                f"paths such as {variables[0].path}."
            )
        super().build(variables)

    def _decay(self, variable) -> float:
        weight = keras_internals.trained_weight(self, variable)
        if fits(self._without_decay, weight):
            return 0.0
        if not keras_internals.may_decay(self, variable):
            return 0.0
        return self.weight_decay

    def _multiplier(self, variable) -> float:
        weight = keras_internals.trained_weight(self, variable)
        return first_match(self._multipliers, weight, 1.0)

    def get_config(self):
        return {
            **super().get_config(),
            "exclude_from_weight_decay": list(self._without_decay),
            "learning_rate_multipliers": list(map(list, self._multipliers)),
        }


def fits(patterns, weight) -> bool:
    """Tells whether one of the patterns is found in the path of a weight."""
    return any(re.search(pattern, weight.path) for pattern in patterns)


def first_match(rules, weight, default):
    """Gives the value of the first (pattern, value) that fits a weight."""
    for pattern, value in rules:
        if fits([pattern], weight):
            return value
    return default
