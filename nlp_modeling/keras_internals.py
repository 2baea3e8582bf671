"""Holds everything by which the package leans on Keras's private names.

Keras may change a private name in any release. Two changes would be silent:
weights would decay twice, or gradients would be summed twice. So no other file
touches a private name of Keras, and tests/architecture/test_keras_internals.py
tries each one. setup.py bounds Keras to the minor version that was tried.
"""

import contextlib

import keras

# Everything below was tried on this version.
TRIED_ON = "3.15.1"


def accept_raw_inputs(layer: keras.layers.Layer) -> None:
    """Lets a layer be called with strings and ragged tensors as they are.

    Keras converts every input to a tensor of the layer's dtype, which fails for
    strings. It also refuses a positional argument that is not a tensor. Keras's
    `StringLookup` sets the same two names.

    Args:
        layer: Changed in place, after `keras.layers.Layer.__init__`.
    """
    layer._convert_input_args = False
    layer._allow_non_tensor_positional_args = True


def random_states(model: keras.Model) -> list[keras.Variable]:
    """Lists the states of the seed generators of a built model.

    Keras lists these states in `variables` and not in `weights`. Metrics are in
    neither. A training step needs the states to replace them by seeds of its
    step, so that dropout does not depend on the calls before it.

    Args:
        model: A built model, compiled or not.

    Returns:
        One int variable [2] for each seed generator, in the model's order.
    """
    weights = {id(variable) for variable in model.weights}
    return [v for v in model.variables if id(v) not in weights]


def takes_summed_gradients(optimizer: keras.optimizers.Optimizer) -> None:
    """Tells an optimizer that its gradients are sums over the replicas.

    Keras sums gradients over the replicas in `_all_reduce_sum_gradients`, just
    before the update. A training loop that clips the sum by its norm has summed
    them already. A second sum would silently multiply every gradient by the
    number of replicas.

    Args:
        optimizer: Changed in place; in a `LossScaleOptimizer`, the inner one.

    Raises:
        TypeError: If `optimizer` is not a Keras optimizer on TensorFlow.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not hasattr(inner, "_all_reduce_sum_gradients"):
        raise TypeError(
            "`optimizer` must be a Keras optimizer on TensorFlow. "
            f"Received: {optimizer=}."
        )
    inner._all_reduce_sum_gradients = list


class DecaysInUpdateStep:
    """Keeps Keras from decaying the weights of an optimizer.

    This is a mixin. Keras decays all weights in `_apply_weight_decay`, before
    the updates. Our optimizers decay each weight in `update_step`, by its path.
    If Keras renamed the method, weights would silently decay twice.
    """

    def _apply_weight_decay(self, variables):
        """Does nothing: `update_step` decays each weight."""


def trained_weight(optimizer, variable) -> keras.Variable:
    """Finds the Keras variable of a variable that `update_step` receives.

    Keras passes TensorFlow's variable of one replica to `update_step`. Only the
    Keras variable has the path by which rules select weights.
    """
    index = optimizer._get_variable_index(variable)
    return optimizer._trainable_variables[index]


def may_decay(optimizer, variable) -> bool:
    """Tells whether Keras lets a variable decay.

    `optimizer.exclude_from_weight_decay(...)` is public and records the
    variables that must not decay. Only `_use_weight_decay` reads the record.
    """
    return optimizer._use_weight_decay(variable)


def adam_means(optimizer, variable) -> tuple[keras.Variable, keras.Variable]:
    """Finds the two means that Adam and LAMB keep for a variable.

    Keras keeps the means in two private lists and updates them in a dozen
    operations. `fused_adam` passes them to one kernel of TensorFlow.

    Returns:
        The means of the gradient and of its square, shaped like `variable`.
    """
    index = optimizer._get_variable_index(variable)
    return optimizer._momentums[index], optimizer._velocities[index]


class QuantizesItself:
    """Lets `Model.quantize` reach a layer that owns other layers.

    This is a mixin. Keras quantizes a layer only if `_flatten_layers` lists
    nothing but the layer itself. Of other layers Keras quantizes the parts.
    """

    def _flatten_layers(self, include_self=True, recursive=True):
        if include_self:
            return [self]
        return super()._flatten_layers(include_self, recursive)


@contextlib.contextmanager
def unlocked(layer: keras.layers.Layer):
    """Makes a context in which a built layer may add weights."""
    layer._tracker.unlock()
    try:
        yield
    finally:
        layer._tracker.lock()


def remove_weight(layer: keras.layers.Layer, name: str) -> None:
    """Removes a weight of a built layer, an attribute of that name.

    `delattr` does so too, and then collects garbage, which takes a tenth of a
    second for each weight.
    """
    layer._untrack_variable(getattr(layer, name))
    super(keras.layers.Layer, layer).__delattr__(name)


def set_quantized(layer: keras.layers.Layer, mode: str) -> None:
    """Gives a layer, just quantized, the policy that says so.

    Keras quantizes a layer that gets the policy, unless `_is_quantized` says
    that this is done.
    """
    layer._is_quantized = True
    if layer.quantization_mode is None:
        layer.dtype_policy = keras.dtype_policies.QuantizedDTypePolicy(
            mode, layer.dtype_policy.name
        )


def all_layers(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """Lists the layers in a layer or a model, each once, at any depth."""
    return layer._flatten_layers(include_self=False)
