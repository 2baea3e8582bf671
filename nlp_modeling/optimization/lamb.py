"""Trains weights in large batches, by Adam scaled to each weight's norm."""

import keras
import tensorflow as tf

from nlp_modeling import keras_internals
from nlp_modeling.optimization.fused_adam import fused_adam
from nlp_modeling.optimization.rules_by_path import (
    NORMS_AND_BIASES,
    RulesByPath,
    first_match,
    fits,
)

# Shapes: W width of a weight's last axis, K parts of it.

_LARGE = 2.0**20  # A power of 2 divides without rounding.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class LAMB(RulesByPath, keras.optimizers.Lamb):
    """Trains weights in large batches, by Adam scaled to each weight's norm.

    The length of a step is the learning rate times the norm of the weight. Its
    direction is Adam's update plus the decay. Keras's `Lamb` leaves the decay
    out of the direction.

    Reference:
        Large Batch Optimization for Deep Learning, algorithm 2:
        https://arxiv.org/abs/1904.00962

    Args:
        learning_rate: A number or a schedule.
        weight_decay: The share of a weight that is added to Adam's update.
        beta_1: Decay of the mean of gradients.
        beta_2: Decay of the mean of squared gradients.
        epsilon: Added to the root of the mean square.
        exclude_from_weight_decay: Regular expressions. A weight does not decay
            if one is found in its path.
        exclude_from_layer_adaptation: Regular expressions. A weight takes the
            plain step if one is found in its path. None for the weights that do
            not decay.
        joined_weights: Pairs of a regular expression and the number of weights
            that a variable joins along its last axis. Each of these weights has
            its own norm.
        learning_rate_multipliers: Pairs of a regular expression and a factor of
            the learning rate. The first pair that fits a weight counts; see
            `layerwise_multipliers`.
        **kwargs: Arguments of every Keras optimizer.

    Raises:
        ValueError: If a number is negative or not finite. From `build`, if no
            weight fits any of the multipliers, or `joined_weights` does not
            divide the last axis of a weight.
    """

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay: float = 0.01,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-6,
        exclude_from_weight_decay=NORMS_AND_BIASES,
        exclude_from_layer_adaptation=None,
        joined_weights=(("qkv_(kernel|bias)$", 3),),
        learning_rate_multipliers=(),
        **kwargs,
    ):
        super().__init__(
            exclude_from_weight_decay,
            learning_rate_multipliers,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            **kwargs,
        )
        if exclude_from_layer_adaptation is None:
            exclude_from_layer_adaptation = exclude_from_weight_decay
        self._without_adaptation = tuple(exclude_from_layer_adaptation)
        self._joined = tuple(map(tuple, joined_weights))

    def build(self, variables):
        for variable in variables:
            parts = first_match(self._joined, variable, 1)
            if parts > 1 and variable.shape[-1] % parts:
                raise ValueError(
                    "`joined_weights` must divide the last axis. Received: "
                    f"{parts} weights in {variable.path} of shape "
                    f"{variable.shape}."
                )
        super().build(variables)

    def update_step(self, gradient, variable, learning_rate):
        weight = keras_internals.trained_weight(self, variable)
        rate = learning_rate * self._multiplier(variable)
        before = tf.convert_to_tensor(variable)
        update = self._decayed_update(gradient, variable, before)
        if not fits(self._without_adaptation, weight):
            parts = first_match(self._joined, weight, 1)
            rate *= _trust_ratio(before, update, parts)
        variable.assign(before - rate * update)

    def _decayed_update(self, gradient, variable, before):
        """Gives Adam's update u plus the decay. Overwrites the weight."""
        step = tf.cast(self.iterations + 1, variable.dtype)
        root = tf.sqrt(1 - self.beta_2**step)
        # The kernel turns the weight w into w - L u. L u is much larger than w,
        # so the difference from w gives u to its last digit.
        fused_adam(self, gradient, variable, _LARGE, self.epsilon * root)
        grown = before * (1 + _LARGE * self._decay(variable))
        return (grown - variable) / _LARGE

    def get_config(self):
        return {
            **super().get_config(),
            "exclude_from_layer_adaptation": list(self._without_adaptation),
            "joined_weights": list(map(list, self._joined)),
        }


def _trust_ratio(weight, update, parts):
    """Divides the norm of a weight by the norm of its update.

    The ratio is 1 if either norm is 0.

    Returns:
        float [1]. If there are several parts, float [W], a ratio for each part.
    """
    weight_norm, update_norm = _norms(weight, parts), _norms(update, parts)
    ratio = tf.where(
        (weight_norm > 0) & (update_norm > 0),
        tf.math.divide_no_nan(weight_norm, update_norm),
        1.0,
    )
    return ratio if parts == 1 else tf.repeat(ratio, weight.shape[-1] // parts)


def _norms(tensor, parts):
    """Computes the norms of the parts of a tensor's last axis: float [K]."""
    parts = tf.split(tensor, parts, axis=-1)
    return tf.sqrt(2 * tf.stack([tf.nn.l2_loss(part) for part in parts]))
