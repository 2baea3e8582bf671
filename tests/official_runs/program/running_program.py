"""Runs a program many times in one process, which loads TensorFlow once."""

import contextlib
import json

from tests import nursery
from tests.official_runs.program.serve_program import serve_program


class RunningProgram:
    """Holds a module of `official_runs`, ready to be run again and again.

    Args:
        module: Its name.
        seconds: A run that takes longer raises an error.
    """

    def __init__(self, module, seconds=600):
        self._stack = contextlib.ExitStack()
        paths = self._stack.enter_context(nursery.pipes("requests", "answers"))
        nursery.start(serve_program, module, *paths, seconds)
        self._requests = self._stack.enter_context(open(paths[0], "w"))
        self._answers = self._stack.enter_context(open(paths[1]))

    def run(self, *arguments, **flags):
        """Gives the exit code and standard error of a run with these flags."""
        given = [f"--{name}={value}" for name, value in flags.items()]
        self._requests.write(json.dumps([*arguments, *given]) + "\n")
        self._requests.flush()
        answer = self._answers.readline()
        if not answer:
            raise RuntimeError(
                f"The program died, or took too long. Received: {flags}."
            )
        return json.loads(answer)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._stack.close()
