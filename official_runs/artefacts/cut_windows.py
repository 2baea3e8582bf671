"""Cuts a text into windows that a graph can read."""

from typing import NamedTuple

import numpy as np


class Window(NamedTuple):
    """Holds a window of a text: word pieces `[start, stop)`.

    Args:
        start: The first piece.
        stop: The piece after the last one.
        has_most_context: bool [stop - start], whether no window shows more of
            the text around a piece. True in one window for each piece.
    """

    start: int
    stop: int
    has_most_context: np.ndarray


def cut_windows(count: int, room: int, stride: int) -> list[Window]:
    """Cuts a text into windows, as `data.squad_windows` does.

    A text without pieces has one window too.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        count: The number of word pieces of the text.
        room: The most word pieces of a window.
        stride: The number of pieces from one window's start to the next.
    """
    stride = min(stride, room)
    # One window, and one more for each stride begun after its end.
    number = 1 + max(0, -(-(count - room) // stride))
    starts = [stride * i for i in range(number)]
    spans = [(start, min(start + room, count)) for start in starts]
    scores = np.full((number, count), -np.inf)
    for row, (start, stop) in enumerate(spans):
        place = np.arange(start, stop)
        # If two windows show equally much on the shorter side, the longer wins.
        context = np.minimum(place - start, stop - 1 - place)
        scores[row, start:stop] = context + 0.01 * (stop - start)
    # Of equal windows, the first.
    best = scores.argmax(axis=0)
    return [
        Window(start, stop, best[start:stop] == row)
        for row, (start, stop) in enumerate(spans)
    ]
