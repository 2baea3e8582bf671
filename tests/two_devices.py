"""Runs a function in two replicas, on two logical processors.

TensorFlow divides a processor only before its first use, so a test calls the
function in a process of its own, and gets its result as JSON.
"""

import importlib
import json
import traceback

from tests import nursery


def on_two_devices(function, *arguments):
    """Calls a function with a `MirroredStrategy` of two devices."""
    called = function.__module__, function.__name__, arguments
    with nursery.pipes("answer") as (path,):
        nursery.start(_answer, path, *called)
        with open(path) as file:
            answer = json.loads(file.read() or '{"error": "It died."}')
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["result"]


def _answer(path, module, function, arguments):
    import tensorflow as tf

    with open(path, "w") as file:
        try:
            tf.config.set_logical_device_configuration(
                tf.config.list_physical_devices("CPU")[0],
                [tf.config.LogicalDeviceConfiguration()] * 2,
            )
            strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
            called = getattr(importlib.import_module(module), function)
            file.write(json.dumps({"result": called(strategy, *arguments)}))
        except Exception:
            file.write(json.dumps({"error": traceback.format_exc()}))
