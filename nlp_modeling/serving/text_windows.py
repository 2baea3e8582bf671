"""Cuts texts into windows that an encoder can read, in the graph."""

from typing import NamedTuple

import tensorflow as tf

# Shapes: B texts, W windows of all texts, T word pieces of one.


class TextWindows(NamedTuple):
    """Holds windows of texts, in the order of the texts.

    Args:
        rows: int64 [W], the number of the text that each window is cut from.
        starts: int64 [W], the window's first piece in that text.
        pieces: ragged [W, (T)].
        has_most_context: ragged bool [W, (T)], whether no window shows more of
            the text around a piece than this one. True in exactly one window
            for each piece. The true pieces are in the order of the text.
    """

    rows: tf.Tensor
    starts: tf.Tensor
    pieces: tf.RaggedTensor
    has_most_context: tf.RaggedTensor


def text_windows(pieces, room, stride: int) -> TextWindows:
    """Cuts texts into windows, as `data.squad_windows` does.

    A text without pieces has one window too.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        pieces: ragged int32 [B, (T)].
        room: int64 [B], the number of pieces, at most, of a window.
        stride: The number of pieces from one window's start to the next.
    """
    lengths = pieces.row_lengths()
    strides = tf.minimum(tf.constant(stride, tf.int64), room)
    # One window, and one more for each stride begun after its end.
    num_windows = 1 - tf.minimum(room - lengths, 0) // strides
    rows = tf.repeat(tf.range(pieces.nrows()), num_windows)
    starts = tf.ragged.range(num_windows).values * tf.gather(strides, rows)
    stops = tf.minimum(starts + tf.gather(room, rows), tf.gather(lengths, rows))
    shift = tf.gather(pieces.row_starts(), rows)
    places = tf.ragged.range(starts + shift, stops + shift)
    has_most = _has_most_context(
        places.values,
        places.value_rowids(),
        starts + shift,
        stops + shift,
        tf.size(pieces.values),
    )
    return TextWindows(
        rows,
        starts,
        tf.gather(pieces.values, places),
        places.with_values(has_most),
    )


def _has_most_context(places, windows, starts, stops, num_pieces):
    """Tells for every piece of every window if the window shows most of it."""
    start, stop = tf.gather(starts, windows), tf.gather(stops, windows)
    context = tf.minimum(places - start, stop - 1 - places)
    # If two windows show equally much on the shorter side, the longer one wins.
    length = tf.cast(stop - start, tf.float64)
    score = tf.cast(context, tf.float64) + 0.01 * length
    best = tf.math.unsorted_segment_max(score, places, num_pieces)
    is_best = score == tf.gather(best, places)
    # Of equal windows, the first wins.
    last = tf.size(starts, tf.int64)
    first = tf.math.unsorted_segment_min(
        tf.where(is_best, windows, last), places, num_pieces
    )
    return is_best & (windows == tf.gather(first, places))
