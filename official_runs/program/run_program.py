"""Runs a program, and ends it with one line on bad input."""

import atexit
import logging as standard_logging
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable

from absl import app, flags, logging

from official_runs.program import stages

# The exit codes, beside 0.
_WRONG_USE = 1
_FAILED = 70  # EX_SOFTWARE of sysexits.h: a fault of ours.
_STOPPED = 75  # EX_TEMPFAIL: the same command continues.
_INTERRUPTED = 130  # 128 and the signal's number, as shells have it.

# By name, since a wrong flag is told before TensorFlow is loaded.
_BAD_INPUT = {"ValueError", "ArithmeticError", "OSError", "OpError"}
_RESUMABLE = {"Stopped", "LostWorker"}
# The numbers of the signals that came.
_signals = []


def run_program(main: Callable[[], None], resumes: bool = False):
    """Runs `main` under absl's flags, and prints its errors as one line.

    Bad input ends the program with 1 and one line, without a traceback. A run
    that a signal stopped, or that lost a worker, ends with 75: the same command
    continues. Ctrl-C ends other programs with 130. An error that is none of
    these is a fault of ours: a traceback, and 70.

    The package's log lines and TensorFlow's errors are shown; `--verbosity=1`
    shows all log lines, and the traceback.

    Args:
        main: The program. It takes no arguments, and reads flags.
        resumes: Whether the same command continues a run.
    """

    def run(argv):
        if len(argv) > 1:
            _exit(
                _WRONG_USE, f"Error: Flags begin with --. Received: {argv[1:]}."
            )
        if not flags.FLAGS["verbosity"].present:
            logging.set_verbosity(logging.ERROR)
            standard_logging.getLogger("nlp_modeling").setLevel("INFO")
            lines = standard_logging.Formatter("%(message)s")
            logging.get_absl_handler().setFormatter(lines)
        _note_signals(resumes)
        stages.begin("Loading TensorFlow")
        try:
            main()
        except SystemExit:
            raise
        except BaseException as error:
            logging.debug("", exc_info=True)
            # TensorFlow may make another error of one that a signal raises.
            if _signals or isinstance(error, KeyboardInterrupt):
                _exit(_STOPPED if resumes else _INTERRUPTED, "Interrupted.")
            names = {each.__name__ for each in type(error).__mro__}
            if names & _RESUMABLE:
                _exit(_STOPPED, _one_line(error))
            if names & _BAD_INPUT:
                _exit(_WRONG_USE, f"Error: {_one_line(error)}")
            traceback.print_exc()
            sys.exit(_FAILED)
        finally:
            stages.end()

    if {"--help", "-help", "-h"} & set(sys.argv[1:]):
        sys.exit(_print_help())
    code = []
    atexit.register(_leave, code)  # Before all others, so that it comes last.
    try:
        app.run(run, flags_parser=_parse_flags)
    except SystemExit as end:
        if not isinstance(end.code, str):
            code.append(end.code or 0)
        raise


def _leave(code):
    """Ends the process before Python takes itself apart.

    TensorFlow's threads may ask for Python while it does, which aborts a
    program that has done all its work (github.com/python/cpython/issues/87135).
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if code:
        os._exit(*code)


def _parse_flags(argv):
    try:
        return flags.FLAGS(argv)
    except flags.Error as error:
        said = _one_line(error).removesuffix(".")
        _exit(_WRONG_USE, f"Error: {said}. --help lists the flags.")


def _note_signals(resumes):
    """Notes Ctrl-C, and SIGTERM if a run can go on: there is nothing to save.

    Training itself, which has something to save, handles them on its own.
    """
    _signals.clear()
    for number in (signal.SIGINT, *[signal.SIGTERM] * resumes):
        # A shell lets its jobs in the background ignore Ctrl-C.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number, frame):
    _signals.append(number)
    raise KeyboardInterrupt


def _exit(code, line):
    print(line, file=sys.stderr, flush=True)
    sys.exit(code)


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
    """Drops what TensorFlow, Keras and gin add to an error."""
    text = str(getattr(error, "message", error))
    text = text.split("\n  In call to configurable")[0]
    failed = re.search(
        r"assertion failed: \[(.*?)\]\s*\n", text + "\n", re.DOTALL
    )
    # Keras's layers say it in bold letters, or at the end.
    failed = failed or re.search(
        r".*(?:\x1b\[1m|Error encountered:)(.*?)(?:\x1b|\Z)", text, re.DOTALL
    )
    return " ".join((failed.group(1) if failed else text).split())
