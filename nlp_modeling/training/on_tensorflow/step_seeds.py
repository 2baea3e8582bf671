"""What dropout draws in a step, as a function of the step alone."""

import keras
import tensorflow as tf


class StepSeeds:
    """Seeds of every random layer of a model, drawn anew for each step.

    Keras counts the calls of a layer in a variable, which a run that is killed
    would have to save, and which all replicas share. Here the seeds are a
    function of the run's seed, the step, the replica and the slice, so that
    they are no state.

    Args:
        model: A built Keras model.
        seed: The run's.

    Call arguments:
        step: int64 [], the number of the step.
        index: int32 [], the slice of the replica's batch.

    Returns:
        A context in which the model draws with these seeds.
    """

    def __init__(self, model: keras.Model, seed: int):
        weights = {id(variable) for variable in model.weights}
        self._states = [v for v in model.variables if id(v) not in weights]
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
