"""A program that somebody interrupts ends with one line."""

import subprocess
import sys

_INTERRUPTED = """
import signal
from official_runs.program.run_program import run_program

def main():
    # Python sets this itself, except for a job in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)

run_program(main)
"""


def test_ctrl_c_ends_with_one_line_and_the_exit_code_that_shells_expect():
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True
    )
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in done.stderr
