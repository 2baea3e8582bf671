"""Trains a few weights with given gradients for a few steps."""

import keras
import numpy as np
import tensorflow as tf

_SHAPES = {
    "dense/kernel": (4, 6),
    "dense/bias": (6,),
    "dense/qkv_kernel": (4, 6),
    "dense/qkv_bias": (6,),
    "norm/gamma": (6,),
    "norm/beta": (6,),
}
STEPS = 5
_RNG = np.random.default_rng(0)
WEIGHTS = {path: _RNG.normal(size=shape) for path, shape in _SHAPES.items()}
GRADIENTS = {
    path: _RNG.normal(size=(STEPS, *shape)) for path, shape in _SHAPES.items()
}


def make_variables(weights):
    """Makes a Keras variable for each weight, with its path `layer/name`."""
    variables = []
    for path, value in weights.items():
        layer, name = path.split("/")
        with keras.name_scope(layer):
            variables.append(keras.Variable(value.astype("f"), name=name))
    return variables


def train(optimizer, weights=None, gradients=None, jit_compile=False):
    """Takes a step with each of the gradients. Gives the weights by path.

    Args:
        optimizer: keras.optimizers.Optimizer.
        weights: Float arrays by path.
        gradients: Float [STEPS, ...] by path.
        jit_compile: Whether XLA compiles the step. If not, steps are eager.
    """
    weights, gradients = weights or WEIGHTS, gradients or GRADIENTS
    variables = make_variables(weights)
    optimizer.build(variables)

    def step(gradients):
        optimizer.apply(gradients, variables)

    if jit_compile:
        step = tf.function(step, jit_compile=True)
    for i in range(STEPS):
        step([tf.constant(gradients[path][i], tf.float32) for path in weights])
    return {variable.path: variable.numpy() for variable in variables}
