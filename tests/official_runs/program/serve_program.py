"""Runs a program for each line of arguments."""

import contextlib
import importlib
import io
import json
import signal
import sys


def serve_program(
    module: str, requests: str, answers: str, seconds: int
) -> None:
    """Runs a program for each line of arguments.

    Args:
        module: The program's module, with `main`.
        requests: A file of lines, each a JSON list of arguments.
        answers: A file that gets a JSON list for each run: the exit code and
            what the run wrote to standard error.
        seconds: A run that takes longer ends the process.
    """
    from absl import flags, logging

    from official_runs.program import run_program

    program = importlib.import_module(module)
    with open(requests) as lines, open(answers, "w") as file:
        for line in lines:
            for name in flags.FLAGS:
                flags.FLAGS[name].unparse()
            sys.argv[1:] = json.loads(line)
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
            file.write(json.dumps([code, stderr.getvalue()]) + "\n")
            file.flush()
