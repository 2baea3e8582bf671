"""Runs a program many times in one process, which loads TensorFlow once."""

from tests import nursery
from tests.official_runs.program.serve_program import serve_program


class RunningProgram:
    """Holds a module of `official_runs`, ready to be run again and again.

    Args:
        module: Its name.
        seconds: A run that takes longer raises an error.
    """

    def __init__(self, module, seconds=600):
        _, self._connection = nursery.start_connected(
            serve_program, module, seconds
        )

    def run(self, *arguments, **flags):
        """Gives the exit code and standard error of a run with these flags."""
        given = [f"--{name}={value}" for name, value in flags.items()]
        try:
            self._connection.send([*arguments, *given])
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError(
                f"The program died, or took too long. Received: {flags}."
            ) from error

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._connection.close()
