"""Runs a program so that bad input ends it with one line."""

import re
import sys
from collections.abc import Callable

import tensorflow as tf
from absl import app, logging


def run_program(main: Callable[[], None]):
    """Runs `main` under absl's flags, and prints its errors as one line.

    What a program is given may be wrong in many ways, and then says so in one
    line, without a traceback, and exits with 1. `--verbosity=1` shows the
    traceback.

    Args:
        main: The program, without arguments: it reads flags.
    """

    def run(argv):
        if len(argv) > 1:
            raise app.UsageError(f"Flags begin with --. Received: {argv[1:]}.")
        try:
            main()
        except (ValueError, OSError, tf.errors.OpError) as error:
            logging.debug("", exc_info=True)
            sys.exit(f"Error: {_one_line(error)}")

    app.run(run)


def _one_line(error):
    """Drops what TensorFlow says of its graph around a message."""
    text = error.message if isinstance(error, tf.errors.OpError) else str(error)
    failed = re.search(
        r"assertion failed: \[(.*?)\]\s*\n", text + "\n", re.DOTALL
    )
    return " ".join((failed.group(1) if failed else text).split())
