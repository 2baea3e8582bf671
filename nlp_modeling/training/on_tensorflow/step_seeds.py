"""Seeds the random layers of a model for each step."""

import keras
import tensorflow as tf

from nlp_modeling import keras_internals


class StepSeeds:
    """Seeds the random layers of a model for each step.

    Keras counts the calls of a layer in a variable. All replicas share it, and
    a killed run would have to save it. Here the seeds are a function of the
    run's seed, the step, the replica and the microbatch, so there is no state
    to save.

    Args:
        model: A built Keras model.
        seed: The run's.

    Call arguments:
        step: int64 [], the number of the step.
        index: int32 [], the microbatch of the replica's batch.

    Returns:
        A context in which the model draws with these seeds.
    """

    def __init__(self, model: keras.Model, seed: int):
        self._states = keras_internals.random_states(model)
        self._seed = seed

    def __call__(self, step, index=0):
        context = tf.distribute.get_replica_context()
        seed = tf.stack([tf.cast(self._seed, tf.int64), step])
        for number in (context.replica_id_in_sync_group, index):
            seed = tf.random.experimental.stateless_fold_in(
                seed, tf.cast(number, tf.int64)
            )
        seeds = tf.random.stateless_uniform(
            [len(self._states), 2],
            seed,
            minval=0,
            maxval=tf.int32.max,
            dtype=tf.int32,
        )
        return keras.StatelessScope(
            [
                (state, tf.cast(drawn, state.dtype))
                for state, drawn in zip(
                    self._states,
                    tf.unstack(seeds, len(self._states)),
                    strict=True,
                )
            ]
        )
