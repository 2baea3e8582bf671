"""Holds a program that somebody interrupts."""

import signal


def main():
    """Raises the signal of Ctrl-C."""
    # Python sets this itself, except for a job in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)
