"""Predicts for every example of a data set."""

from collections.abc import Callable, Iterator, Sequence

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling.training.on_tensorflow.spread_batches import spread_batches


class Prediction:
    """Predicts for every example of a data set, in order.

    Make it and call it in the scope of the strategy.

    Args:
        model: A Keras model that takes a dict of features.
        batches: Takes the input context and gives batches with
            `example_weights`, one element for each replica in turn.
        features: Names of features that are returned with the outputs.

    Returns:
        When called, an iterator over batches: the features and the model's
        outputs, as NumPy arrays, without the rows that only pad a batch.
    """

    def __init__(
        self,
        model: keras.Model,
        batches: Callable[[tf.distribute.InputContext], tf.data.Dataset],
        features: Sequence[str] = (),
    ):
        self._model = model
        self._features = tuple(features)
        self._strategy = tf.distribute.get_strategy()
        self._batches = spread_batches(batches)

    def __call__(self) -> Iterator[tuple[dict[str, np.ndarray], object]]:
        for features in self._batches:
            kept, outputs, weights = self._predict(features)
            is_example = weights.numpy() > 0
            yield tf.nest.map_structure(
                lambda x, rows=is_example: x.numpy()[rows], (kept, outputs)
            )

    @tf.function(autograph=False, reduce_retracing=True)
    def _predict(self, features):
        predicted = self._strategy.run(self._replica_predict, args=(features,))
        return tf.nest.map_structure(
            lambda x: self._strategy.gather(x, axis=0), predicted
        )

    def _replica_predict(self, features):
        outputs = self._model(features, training=False)
        kept = {name: features[name] for name in self._features}
        return kept, outputs, features["example_weights"]
