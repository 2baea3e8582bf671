"""Runs a program for each list of arguments."""

import contextlib
import importlib
import io
import signal
import sys


def serve_program(module: str, seconds: int, connection) -> None:
    """Runs a program for each list of arguments.

    Args:
        module: The program's module, with `main`.
        seconds: A run that takes longer ends the process.
        connection: Gives lists of arguments, and gets for each the exit code
            and what the run wrote to standard error.
    """
    from absl import flags, logging

    from official_runs.program import run_program

    program = importlib.import_module(module)
    with contextlib.suppress(EOFError):
        while True:
            arguments = connection.recv()
            for name in flags.FLAGS:
                flags.FLAGS[name].unparse()
            sys.argv[1:] = arguments
            signal.alarm(seconds)
            stderr, code = io.StringIO(), 0
            # The handler keeps the stream that it began with.
            logging.get_absl_handler().python_handler.stream = stderr
            with contextlib.redirect_stderr(stderr):
                try:
                    run_program.run_program(program.main)
                except SystemExit as exit:
                    code = exit.code or 0
            if isinstance(code, str):
                stderr.write(code)
                code = 1
            signal.alarm(0)
            connection.send([code, stderr.getvalue()])
