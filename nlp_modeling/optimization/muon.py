"""Trains matrices by orthogonal steps, and the rest by AdamW."""

import keras
import tensorflow as tf

from nlp_modeling import keras_internals
from nlp_modeling.layers.require import require_rate
from nlp_modeling.optimization.adam_w import AdamW
from nlp_modeling.optimization.rules_by_path import first_match, fits

# Shapes: I inputs, O outputs of a matrix.

_ITERATIONS = 5
# Of Newton and Schulz's iteration, by Jordan: singular values come near 1.
_A, _B, _C = 3.4445, -4.7750, 2.0315
# The root mean square of an update, about that of AdamW's.
_UPDATE_SIZE = 0.2


@keras.saving.register_keras_serializable(package="nlp_modeling")
class Muon(AdamW):
    """Trains matrices by orthogonal steps, and the rest by AdamW.

    The momentum of a kernel is made orthogonal: all its directions move alike.
    Steps are as large as AdamW's, so its learning rates and decay serve. To
    Keras's `Muon` every variable of two axes is a matrix. Here a kernel that
    joins queries, keys and values is three, and tables and the heads' last
    layers are none.

    References:
        Muon: https://kellerjordan.github.io/posts/muon
        Muon is Scalable for LLM Training, section 2.2:
        https://arxiv.org/abs/2502.16982

    Args:
        learning_rate: A number or a schedule.
        momentum: Decay of the mean of a matrix's gradients.
        by_adam: Regular expressions. A kernel is trained by AdamW if one is
            found in its path.
        joined_weights: Pairs of a regular expression and the number of matrices
            that a kernel joins along its last axis.
        **kwargs: Arguments of `AdamW`, such as `weight_decay`.

    Raises:
        ValueError: As from `AdamW`, or if `momentum` is not in [0, 1).
    """

    def __init__(
        self,
        learning_rate=0.001,
        momentum: float = 0.95,
        by_adam=("embeddings$", "logits/", "pooler_transform/"),
        joined_weights=(("qkv_kernel$", 3),),
        **kwargs,
    ):
        super().__init__(learning_rate, **kwargs)
        require_rate(momentum=momentum)
        self.momentum = momentum
        self._by_adam = tuple(by_adam)
        self._joined = tuple(map(tuple, joined_weights))

    def update_step(self, gradient, variable, learning_rate):
        weight = keras_internals.trained_weight(self, variable)
        if len(variable.shape) != 2 or fits(self._by_adam, weight):
            super().update_step(gradient, variable, learning_rate)
            return
        dtype = variable.dtype
        rate = tf.cast(learning_rate * self._multiplier(variable), dtype)
        gradient = tf.cast(tf.convert_to_tensor(gradient), dtype)
        mean, _ = keras_internals.adam_means(self, variable)
        mean.assign(self.momentum * mean + gradient)
        direction = gradient + self.momentum * mean  # Nesterov's.
        matrices = tf.split(direction, first_match(self._joined, weight, 1), -1)
        update = tf.concat([_orthogonal(each) for each in matrices], -1)
        kept = 1 - rate * self._decay(variable)
        variable.assign(kept * variable - rate * update)

    def get_config(self):
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "by_adam": list(self._by_adam),
            "joined_weights": list(map(list, self._joined)),
        }


def _orthogonal(matrix):
    """Gives a float [I, O] singular values near 1, and AdamW's size."""
    rows, columns = matrix.shape
    x = matrix if rows <= columns else tf.transpose(matrix)
    x = tf.math.divide_no_nan(x, tf.norm(x))
    for _ in range(_ITERATIONS):
        square = tf.matmul(x, x, transpose_b=True)
        x = _A * x + tf.matmul(_B * square + _C * tf.matmul(square, square), x)
    x = x if rows <= columns else tf.transpose(x)
    return x * (_UPDATE_SIZE * max(rows, columns) ** 0.5)
