"""Ends a program on bad input with one line that says what is wrong."""

import contextlib
import sys

import tensorflow as tf
from absl import logging


@contextlib.contextmanager
def one_line_errors():
    """Turns errors that name bad input into one line and exit code 1.

    A decorator for `main`. The place where an error was raised is shown with
    `--verbosity=1`.
    """
    try:
        yield
    except (ValueError, OSError, tf.errors.OpError) as error:
        logging.debug("The error was raised here:", exc_info=True)
        message = (
            error.message if isinstance(error, tf.errors.OpError) else error
        )
        sys.exit(f"ERROR: {' '.join(str(message).split())}")
