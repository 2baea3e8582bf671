"""Notes the signals that ask a run to stop."""

import signal


class Stopped(Exception):
    """Reports that a run stopped on a signal, with its state saved."""


class StopSignal:
    """Notes SIGTERM and Ctrl-C, so that a run can save before it ends.

    Clouds send SIGTERM before they take a machine back. A second signal ends
    the process at once.

        with StopSignal() as stop:
            while not stop.received:
                ...

    Attributes:
        received: Whether this process received a signal.
    """

    def __enter__(self):
        self.received = False
        self._before = {
            number: signal.signal(number, self._receive)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        return self

    def __exit__(self, *exception):
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number, frame):
        if self.received:
            self.__exit__()
            signal.raise_signal(number)
        self.received = True
