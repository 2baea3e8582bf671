"""Starts processes that have loaded TensorFlow already.

A start of TensorFlow takes six seconds. Here one process loads it, and forks a
process for each call. It touches no device, since TensorFlow's runtime does not
survive a fork: each call may divide the processor, or run a program.
"""

import atexit
import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile

_NURSERY = """
import contextlib, importlib, json, os, sys
import keras, nlp_modeling, tensorflow, tensorflow_text
from nlp_modeling import checkpoints, data, evaluation, models, optimization
from nlp_modeling import serving, training
training.train  # Loads TensorFlow's part.

for line in sys.stdin:
    module, function, arguments = json.loads(line)
    if os.fork() == 0:
        sys.stdin.close()
        getattr(importlib.import_module(module), function)(*arguments)
        os._exit(0)
with contextlib.suppress(ChildProcessError):
    while True:
        os.wait()
"""


def start(function, *arguments) -> None:
    """Calls a function of a module in a process of its own.

    Args:
        function: Is found by its name. It tells its result through a pipe.
        *arguments: As JSON holds them.
    """
    line = json.dumps([function.__module__, function.__name__, arguments])
    _nursery().stdin.write(line + "\n")
    _nursery().stdin.flush()


@contextlib.contextmanager
def pipes(*names):
    """Makes named pipes, and gives their paths."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in names]
        for path in paths:
            os.mkfifo(path)
        yield paths


@functools.cache
def _nursery():
    process = subprocess.Popen(
        [sys.executable, "-c", _NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(process.communicate)
    return process
