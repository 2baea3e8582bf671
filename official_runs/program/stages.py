"""Says what a program is doing, if it takes long."""

import sys
import threading
import time

_timer = None


def begin(what: str) -> None:
    """Begins a stage: a line says so after ten seconds, and every minute.

    Args:
        what: Such as "Making the model".
    """
    end()
    _say_after(10, what, time.monotonic())


def end() -> None:
    """Ends the stage, if there is one."""
    if _timer:
        _timer.cancel()


def _say_after(seconds, what, began):
    global _timer
    _timer = threading.Timer(seconds, _say, (what, began))
    _timer.daemon = True
    _timer.start()


def _say(what, began):
    seconds = time.monotonic() - began
    print(f"{what}: {seconds:.0f} s so far.", file=sys.stderr, flush=True)
    _say_after(60, what, began)
