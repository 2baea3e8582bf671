"""Runs a program many times in one process, which loads TensorFlow once."""

import json
import subprocess
import sys

# Reads the arguments of a run from each line of its input, and answers with
# the exit code and what the run wrote to standard error.
_SERVER = """
import contextlib, importlib, io, json, sys
from absl import flags
from official_runs.program import run_program

program = importlib.import_module(sys.argv[1])
for line in sys.stdin:
    for name in flags.FLAGS:
        flags.FLAGS[name].unparse()
    sys.argv[1:] = json.loads(line)
    stderr = io.StringIO()
    code = 0
    with contextlib.redirect_stderr(stderr):
        try:
            run_program.run_program(program.main)
        except SystemExit as exit:
            code = exit.code or 0
    if isinstance(code, str):
        stderr.write(code)
        code = 1
    print("answer", json.dumps([code, stderr.getvalue()]), flush=True)
"""


class RunningProgram:
    """A module of `official_runs`, ready to be run again and again."""

    def __init__(self, module):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, **flags):
        """Gives the exit code and standard error of a run with these flags."""
        arguments = [f"--{name}={value}" for name, value in flags.items()]
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        raise RuntimeError(f"The program died. Received: {flags}.")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
