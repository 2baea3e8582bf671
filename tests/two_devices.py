"""Runs a function in two replicas, on two logical processors.

TensorFlow divides a processor only before its first use, so a test calls the
function in a process of its own.
"""

from tests import nursery


def on_two_devices(function, *arguments):
    """Calls a function with a `MirroredStrategy` of two devices."""
    return nursery.call(_on_two_devices, function, *arguments)


def _on_two_devices(function, *arguments):
    import tensorflow as tf

    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * 2,
    )
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    return function(strategy, *arguments)
