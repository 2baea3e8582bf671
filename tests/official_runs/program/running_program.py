"""Runs a program many times in one process, which loads TensorFlow once."""

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile

# Loads what every program needs, and forks a process for each program. It
# touches no device: TensorFlow's runtime does not survive a fork.
_NURSERY = """
import contextlib, json, os, sys
import keras, nlp_modeling, tensorflow, tensorflow_text
from nlp_modeling import checkpoints, data, evaluation, models, optimization
from nlp_modeling import serving, training
from tests.official_runs.program.serve_program import serve_program

for line in sys.stdin:
    module, requests, answers = json.loads(line)
    if os.fork() == 0:
        sys.stdin.close()
        serve_program(module, requests, answers)
        os._exit(0)
with contextlib.suppress(ChildProcessError):
    while True:
        os.wait()
"""


class RunningProgram:
    """Holds a module of `official_runs`, ready to be run again and again."""

    def __init__(self, module):
        self._folder = tempfile.TemporaryDirectory()
        pipes = [
            os.path.join(self._folder.name, name)
            for name in ("requests", "answers")
        ]
        for pipe in pipes:
            os.mkfifo(pipe)
        _nursery().stdin.write(json.dumps([module, *pipes]) + "\n")
        _nursery().stdin.flush()
        self._requests = open(pipes[0], "w")
        self._answers = open(pipes[1])

    def run(self, *arguments, **flags):
        """Gives the exit code and standard error of a run with these flags."""
        given = [f"--{name}={value}" for name, value in flags.items()]
        self._requests.write(json.dumps([*arguments, *given]) + "\n")
        self._requests.flush()
        answer = self._answers.readline()
        if not answer:
            raise RuntimeError(f"The program died. Received: {flags}.")
        return json.loads(answer)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._requests.close()
        self._answers.close()
        self._folder.cleanup()


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
