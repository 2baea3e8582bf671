"""Runs a program, and ends it with one line on bad input."""

import logging as standard_logging
import re
import sys
from collections.abc import Callable

import tensorflow as tf
from absl import app, flags, logging

from nlp_modeling import training

_INTERRUPTED = 130  # 128 and the signal's number, as shells have it.


def run_program(main: Callable[[], None]):
    """Runs `main` under absl's flags, and prints its errors as one line.

    Bad input ends the program with 1 and one line, without a traceback. Ctrl-C
    ends it with 130. The package's log lines and TensorFlow's errors are shown;
    `--verbosity=1` shows all log lines, and the traceback.

    Args:
        main: The program. It takes no arguments, and reads flags.
    """

    def run(argv):
        if len(argv) > 1:
            raise app.UsageError(f"Flags begin with --. Received: {argv[1:]}.")
        if not flags.FLAGS["verbosity"].present:
            logging.set_verbosity(logging.ERROR)
            standard_logging.getLogger("nlp_modeling").setLevel("INFO")
            lines = standard_logging.Formatter("%(message)s")
            logging.get_absl_handler().setFormatter(lines)
        try:
            with training.lost_worker_named():
                main()
        except training.Stopped as stopped:
            sys.exit(_one_line(stopped))
        except (
            ValueError,
            ArithmeticError,
            OSError,
            tf.errors.OpError,
        ) as error:
            logging.debug("", exc_info=True)
            sys.exit(f"Error: {_one_line(error)}")
        except KeyboardInterrupt:
            logging.debug("", exc_info=True)
            print("Interrupted.", file=sys.stderr)
            sys.exit(_INTERRUPTED)

    if {"--help", "-help", "-h"} & set(sys.argv[1:]):
        sys.exit(_print_help())
    app.run(run)


def _print_help():
    """Prints what the program does, and its flags in groups."""
    program = sys.modules["__main__"].__doc__.strip()
    print(f"{program}\n\nThe program's flags.")
    modules = [sys.argv[0]]
    modules += [m for m in sys.modules if m.startswith("official_runs.")]
    for module in modules:
        if not flags.FLAGS.get_flags_for_module(module):
            continue
        if module != sys.argv[0]:
            title = sys.modules[module].__doc__.split("\n")[0]
            print(title.replace("Defines the flags", "Flags"))
        # Without the first line, the module's name.
        print(flags.FLAGS.module_help(module).strip().split("\n", 1)[1])
        print()


def _one_line(error):
    """Drops the places in code that TensorFlow and gin add to an error."""
    text = error.message if isinstance(error, tf.errors.OpError) else str(error)
    text = text.split("\n  In call to configurable")[0]
    failed = re.search(
        r"assertion failed: \[(.*?)\]\s*\n", text + "\n", re.DOTALL
    )
    return " ".join((failed.group(1) if failed else text).split())
