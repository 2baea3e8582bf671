"""Runs a function in two replicas, on two logical processors.

TensorFlow divides a processor only before its first use, so a test runs

    python -m tests.optimization.two_devices MODULE FUNCTION

in a process of its own, and gets what the function returns, as JSON.
"""

import importlib
import json
import subprocess
import sys


def on_two_devices(function):
    """Calls a function with a `MirroredStrategy` of two devices."""
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            __name__,
            function.__module__,
            function.__name__,
        ],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(result.stderr)
    return json.loads(result.stdout.splitlines()[-1])


def main(module, function):
    import tensorflow as tf

    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * 2,
    )
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    function = getattr(importlib.import_module(module), function)
    print(json.dumps(function(strategy)))


if __name__ == "__main__":
    main(*sys.argv[1:])
