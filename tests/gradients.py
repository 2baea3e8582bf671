"""Outputs and gradients of a Keras model, on whatever backend runs."""

import keras
import numpy as np
from keras import ops


def outputs_and_gradients(model, features, scalar):
    """What a model gives, and the gradient of a number made of it.

    Args:
        model: A built model, run as for inference.
        features: What it is called with.
        scalar: Makes a number of the outputs and of a function that sums.

    Returns:
        The outputs as numpy arrays, and a dict of gradients by variable path.
    """
    run = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
    backend = keras.backend.backend()
    outputs, gradients = run[backend](model, features, scalar)
    paths = [variable.path for variable in model.trainable_variables]
    return (
        keras.tree.map_structure(_array, outputs),
        {p: _array(g) for p, g in zip(paths, gradients, strict=True)},
    )


def _array(tensor):
    if hasattr(tensor, "indices") and hasattr(tensor, "dense_shape"):
        tensor = ops.convert_to_tensor(tensor)
    return np.asarray(ops.convert_to_numpy(tensor))


def _tensorflow(model, features, scalar):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        outputs = model(features, training=False)
        number = scalar(outputs, tf.reduce_sum)
    variables = [variable.value for variable in model.trainable_variables]
    return outputs, tape.gradient(
        number, variables, unconnected_gradients="zero"
    )


def _jax(model, features, scalar):
    import jax

    fixed = [variable.value for variable in model.non_trainable_variables]

    def number(weights):
        outputs, _ = model.stateless_call(
            weights, fixed, features, training=False
        )
        return scalar(outputs, ops.sum), outputs

    weights = [variable.value for variable in model.trainable_variables]
    # Compiled as one: each operation would be compiled on its own.
    gradients, outputs = jax.jit(jax.grad(number, has_aux=True))(weights)
    return outputs, gradients


def _torch(model, features, scalar):
    import torch

    variables = [variable.value for variable in model.trainable_variables]
    outputs = model(features, training=False)
    gradients = torch.autograd.grad(
        scalar(outputs, torch.sum), variables, allow_unused=True
    )
    return outputs, [
        torch.zeros_like(v) if g is None else g
        for g, v in zip(gradients, variables, strict=True)
    ]
