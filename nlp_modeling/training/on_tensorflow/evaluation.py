"""Averages losses and metrics over a whole data set."""

from collections.abc import Callable, Mapping

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling.training.measure import Measure
from nlp_modeling.training.on_tensorflow.spread_batches import spread_batches


class Evaluation:
    """Averages losses and metrics over a whole data set.

    Make it and call it in the scope of the strategy. A call uses the model's
    weights of that moment.

    Args:
        model: A Keras model that takes a dict of features.
        measures: The measures by name.
        batches: Takes the input context. Gives batches with every example once,
            one element for each replica in turn.

    Returns:
        When called, the mean of each measure over all weights.
    """

    def __init__(
        self,
        model: keras.Model,
        measures: Mapping[str, Measure],
        batches: Callable[[tf.distribute.InputContext], tf.data.Dataset],
    ):
        self._model = model
        self._measures = dict(measures)
        self._strategy = tf.distribute.get_strategy()
        self._batches = spread_batches(batches)

    def __call__(self) -> dict[str, float]:
        totals = np.zeros([2, len(self._measures)])
        for features in self._batches:
            totals += self._sums(features).numpy()
        values, weights = totals
        means = np.divide(
            values, weights, out=np.zeros_like(values), where=weights > 0
        )
        return dict(zip(self._measures, map(float, means), strict=True))

    @tf.function(autograph=False, reduce_retracing=True)
    def _sums(self, features):
        sums = self._strategy.run(self._replica_sums, args=(features,))
        return self._strategy.experimental_local_results(sums)[0]

    def _replica_sums(self, features):
        outputs = self._model(features, training=False)
        measures = self._measures.values()
        sums = [
            [each.weighted_sum(features, outputs) for each in measures],
            [tf.reduce_sum(each.label_weights(features)) for each in measures],
        ]
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, tf.stack(sums))
