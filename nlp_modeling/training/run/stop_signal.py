"""Notes the signals that ask a run to stop."""

import os
import signal
import socket
import threading
from collections.abc import Callable

_TEMPORARY = 75


class Stopped(Exception):
    """Reports that a run stopped on a signal, with its state saved."""


class StopSignal:
    """Notes SIGTERM and Ctrl-C, so that a run can save before it ends.

    Clouds send SIGTERM before they take a machine back, half a minute before
    some of them. A second signal ends the process at once.

        with StopSignal() as stop:
            while not stop.received:
                ...

    Python handles a signal when the running operation returns, which may take
    minutes. A thread sees it at once.

    Args:
        too_late: Called from that thread every `seconds` seconds after SIGTERM,
            until the main thread calls `answer`. If it gives true, the process
            ends with the exit code 75, EX_TEMPFAIL of sysexits.h.
        seconds: See `too_late`.

    Attributes:
        received: Whether this process received a signal.
    """

    def __init__(
        self, too_late: Callable[[], bool] | None = None, seconds: float = 8
    ):
        self._too_late = too_late
        self._seconds = seconds
        self._answered = threading.Event()
        self._deciding = threading.Lock()

    def __enter__(self):
        self.received = False
        self._before = {
            number: signal.signal(number, self._receive)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        # Python writes the number of each signal to it, at once.
        self._numbers, written = socket.socketpair()
        written.setblocking(False)
        self._written = written
        self._before_written = signal.set_wakeup_fd(
            written.fileno(), warn_on_full_buffer=False
        )
        if self._too_late:
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.answer()
        signal.set_wakeup_fd(self._before_written)
        self._written.close()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def answer(self) -> None:
        """Says that the main thread answers now, and needs no help."""
        with self._deciding:  # Held to the end by a thread that helps.
            self._answered.set()

    def _watch(self):
        while number := self._numbers.recv(1):
            if number[0] == signal.SIGTERM:
                break
        self._numbers.close()
        while number and not self._answered.wait(self._seconds):
            with self._deciding:
                if not self._answered.is_set() and self._too_late():
                    os._exit(_TEMPORARY)

    def _receive(self, number, frame):
        if self.received:
            self.__exit__()
            signal.raise_signal(number)
        self.received = True
