"""Takes one step of training on every replica."""

from collections.abc import Mapping, Sequence

import keras
import tensorflow as tf

from nlp_modeling import keras_internals
from nlp_modeling.training.objective import Objective
from nlp_modeling.training.on_tensorflow.step_seeds import StepSeeds

# Shapes: B batch over all replicas, R replicas, A microbatches, b = B / R / A.


class TrainStep:
    """Takes one step of training on every replica.

    The loss is a mean over the whole batch: each replica and microbatch divides
    its sum of losses by the sum of weights over all of them. Gradients are
    clipped after they are summed. So the number of replicas and microbatches
    does not change the step.

        loop = tf.function(lambda b, n: strategy.run(step, args=(b, n)))

    Args:
        model: A built Keras model that takes a dict of features.
        objectives: Their losses are minimized: the sum of weight times mean.
        optimizer: A Keras optimizer, which may be a `LossScaleOptimizer`.
        accumulation_steps: A, the microbatches of a replica's batch. They are
            worked on one after another, which takes less memory.
        clip_norm: The largest norm of the gradient of all weights together;
            None for any.
        counts: Features whose sums over the batch are reported, by the names of
            these numbers, such as `{"tokens": "input_mask"}`.
        seed: With the number of the step, decides what dropout drops.

    Call arguments:
        features: Dict of the replica's tensors [B / R, ...].
        step: int64 [], the number of the step, counted from 0.

    Returns:
        Dict of float32 [], equal on all replicas: `loss`; `<name>_loss` of
        each objective, if there are several; `gradient_norm` before clipping;
        `learning_rate`; `loss_scale`, if there is one; and `counts`.

    Raises:
        ValueError: If an argument is out of its range, A does not divide a
            batch, or a trainable weight takes no part in the losses.
    """

    def __init__(
        self,
        model: keras.Model,
        objectives: Sequence[Objective],
        optimizer: keras.optimizers.Optimizer,
        *,
        accumulation_steps: int = 1,
        clip_norm: float | None = None,
        counts: Mapping[str, str] | None = None,
        seed: int = 0,
    ):
        if accumulation_steps < 1:
            raise ValueError(
                "`accumulation_steps` must be positive. "
                f"Received: {accumulation_steps=}."
            )
        if clip_norm is not None and clip_norm <= 0:
            raise ValueError(
                f"`clip_norm` must be positive or None. Received: {clip_norm=}."
            )
        self.model = model
        self.objectives = {f"{each.name}_loss": each for each in objectives}
        self.optimizer = optimizer
        self._slices = accumulation_steps
        self._clip_norm = clip_norm
        self.counts = dict(counts or {})
        self._seeds = StepSeeds(model, seed)
        keras_internals.takes_summed_gradients(optimizer)
        optimizer.build(model.trainable_variables)

    def require_batch(self, batch_size: int) -> None:
        """Raises if a batch cannot be cut for replicas and microbatches.

        Call it in the scope of the strategy, to know before training begins.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        if batch_size < 1 or batch_size % (replicas * self._slices):
            raise ValueError(
                "The batch of a step must be a positive multiple of the "
                "replicas times `accumulation_steps`. Received: "
                f"{batch_size=}, {replicas=}, accumulation_steps="
                f"{self._slices}."
            )

    def __call__(self, features, step):
        weights = _summed(
            {
                name: tf.reduce_sum(each.loss.label_weights(features))
                for name, each in self.objectives.items()
            }
        )
        sums, gradients = self._sums_and_gradients(features, weights, step)
        gradients = _over_replicas(gradients)
        counts = {
            name: tf.reduce_sum(tf.cast(features[feature], tf.float32))
            for name, feature in self.counts.items()
        }
        sums = _summed(sums | counts)
        means = {
            name: tf.math.divide_no_nan(sums[name], weights[name])
            for name in self.objectives
        }
        report = {"loss": self._weighed(means)}
        report |= means if len(means) > 1 else {}
        report |= {name: sums[name] for name in counts}
        report["learning_rate"] = tf.cast(
            self.optimizer.learning_rate, tf.float32
        )
        scale = self.optimizer.scale_loss(tf.constant(1.0))
        norm = tf.linalg.global_norm(gradients)
        report["gradient_norm"] = norm / scale
        if isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer):
            report["loss_scale"] = tf.identity(scale)
        if self._clip_norm is not None:
            clip = tf.minimum(1.0, self._clip_norm * scale / norm)
            gradients = [gradient * clip for gradient in gradients]
        self.optimizer.apply(gradients, self.model.trainable_variables)
        return report

    def _sums_and_gradients(self, features, weights, step):
        """Sums losses and the replica's gradient over all microbatches."""
        if self._slices == 1:
            return self._of_slice(features, weights, self._seeds(step))
        slices = {
            name: _sliced(name, x, self._slices) for name, x in features.items()
        }

        def add_slice(index, sums, gradients):
            part = {name: x[index] for name, x in slices.items()}
            seeds = self._seeds(step, index)
            more = self._of_slice(part, weights, seeds)
            return index + 1, *tf.nest.map_structure(
                tf.add, (sums, gradients), more
            )

        _, sums, gradients = tf.while_loop(
            lambda index, *_: index < self._slices,
            add_slice,
            (
                tf.constant(0),
                {name: tf.constant(0.0) for name in self.objectives},
                [
                    tf.zeros(variable.shape, variable.dtype)
                    for variable in self.model.trainable_variables
                ],
            ),
            maximum_iterations=self._slices,
        )
        return sums, gradients

    def _of_slice(self, features, weights, seeds):
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            with seeds:
                outputs = self.model(features, training=True)
            sums = {
                name: each.loss.weighted_sum(features, outputs)
                for name, each in self.objectives.items()
            }
            means = {
                name: tf.math.divide_no_nan(total, weights[name])
                for name, total in sums.items()
            }
            loss = self.optimizer.scale_loss(self._weighed(means))
        gradients = tape.gradient(loss, [v.value for v in variables])
        idle = [
            variable.path
            for variable, gradient in zip(variables, gradients, strict=True)
            if gradient is None
        ]
        if idle:
            raise ValueError(
                "Every trainable weight must take part in the losses. Set "
                "`trainable = False` for a weight that takes no part. "
                f"Received: {idle}."
            )
        return sums, [tf.convert_to_tensor(gradient) for gradient in gradients]

    def _weighed(self, means):
        """Adds up the objectives' mean losses times their weights."""
        return tf.add_n(
            [
                self.objectives[name].weight * each
                for name, each in means.items()
            ]
        )


def _over_replicas(tensors):
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.SUM, tensors)


def _summed(scalars):
    """Sums a dict of scalars over replicas, in one message."""
    total = _over_replicas(tf.stack(list(scalars.values())))
    return dict(zip(scalars, tf.unstack(total), strict=True))


def _sliced(name, tensor, count):
    """Cuts [A * b, ...] into [A, b, ...]."""
    rows = tensor.shape[0]
    if rows is None or rows % count:
        raise ValueError(
            "A replica's batch must be divisible by `accumulation_steps`. "
            f"Received: {name} of {rows} rows, accumulation_steps={count}."
        )
    shape = tf.concat([[count, rows // count], tf.shape(tensor)[1:]], 0)
    return tf.reshape(tensor, shape)
