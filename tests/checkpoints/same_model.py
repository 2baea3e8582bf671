"""Tells that two models are one bit by bit."""

import keras
import numpy as np


def assert_same_weights(found, wanted):
    values = found.weights_by_path()
    for path, weight in wanted.weights_by_path().items():
        np.testing.assert_array_equal(values[path], weight, err_msg=path)


def assert_same_outputs(*encoders):
    features = {name: np.ones((1, 4), "int32") for name in encoders[0].input}
    outputs = [encoder(features) for encoder in encoders]
    for name in ("sequence_output", "pooled_output"):
        values = [keras.ops.convert_to_numpy(x[name]) for x in outputs]
        np.testing.assert_array_equal(*values, err_msg=name)
