"""Trains weights by Adam with decoupled weight decay, as BERT does."""

import keras
import tensorflow as tf

from nlp_modeling.optimization.fused_adam import fused_adam
from nlp_modeling.optimization.rules_by_path import (
    NORMS_AND_BIASES,
    RulesByPath,
)


@keras.saving.register_keras_serializable(package="nlp_modeling")
class AdamW(RulesByPath, keras.optimizers.AdamW):
    """Trains weights by Adam with decoupled weight decay, as BERT does.

    State and numbers are those of Keras's AdamW, and defaults are BERT's.
    Keras's update takes a dozen operations, and each reads and writes whole
    weights. TensorFlow's fused kernel reads and writes the weights once.

    References:
        Decoupled Weight Decay Regularization:
        https://arxiv.org/abs/1711.05101
        BERT, appendix A.2: https://arxiv.org/abs/1810.04805

    Args:
        learning_rate: A number or a schedule.
        weight_decay: The share of a weight that is subtracted in each step,
            times the learning rate.
        beta_1: Decay of the mean of gradients.
        beta_2: Decay of the mean of squared gradients.
        epsilon: Added to the root of the mean square.
        exclude_from_weight_decay: Regular expressions. A weight does not decay
            if one is found in its path.
        learning_rate_multipliers: Pairs of a regular expression and a factor of
            the learning rate. The factor also scales the decay. The first pair
            that fits a weight counts; see `layerwise_multipliers`.
        **kwargs: Arguments of every Keras optimizer.

    Raises:
        ValueError: If `amsgrad` is true, which the kernel does not support, or
            a number is negative or not finite. From `build`, if no weight fits
            any of the multipliers.
    """

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay: float = 0.01,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-6,
        exclude_from_weight_decay=NORMS_AND_BIASES,
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
        if self.amsgrad:
            raise ValueError(
                "`amsgrad` must be False; `keras.optimizers.AdamW` has it. "
                f"Received: amsgrad={self.amsgrad}."
            )

    def update_step(self, gradient, variable, learning_rate):
        rate = tf.cast(
            learning_rate * self._multiplier(variable), variable.dtype
        )
        if decay := self._decay(variable):
            variable.assign_sub(variable * (decay * rate))
        fused_adam(self, gradient, variable, rate, self.epsilon)
