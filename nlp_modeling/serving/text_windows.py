"""Cuts texts into windows that an encoder can read, in the graph."""

from typing import NamedTuple

import tensorflow as tf

# Shapes: B texts, W windows of all texts, T word pieces of one.


class TextWindows(NamedTuple):
    """Windows of texts, those of a text one after another.

    Args:
        rows: int64 [W], which text each was cut from.
        starts: int64 [W], its first piece in that text.
        pieces: ragged [W, (T)].
        has_most_context: ragged bool [W, (T)], whether no other window shows
            more of the text around a piece. True in exactly one window of each
            piece, and in an order that is the order of the text.
    """

    rows: tf.Tensor
    starts: tf.Tensor
    pieces: tf.RaggedTensor
    has_most_context: tf.RaggedTensor


def text_windows(pieces, room, stride: int) -> TextWindows:
    """Cuts texts into windows, as `data.squad_windows` does.

    Every text has a window, also one without any piece.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        pieces: ragged int32 [B, (T)].
        room: int64 [B], the most pieces of a window.
        stride: The pieces between the starts of two windows.
    """
    lengths = pieces.row_lengths()
    strides = tf.minimum(tf.constant(stride, tf.int64), room)
    # One, and one for every stride that is begun beyond its end.
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
    """bool, for every piece of every window, where in all texts each stands."""
    start, stop = tf.gather(starts, windows), tf.gather(stops, windows)
    context = tf.minimum(places - start, stop - 1 - places)
    # A longer window wins where two show as much on the shorter side.
    length = tf.cast(stop - start, tf.float64)
    score = tf.cast(context, tf.float64) + 0.01 * length
    best = tf.math.unsorted_segment_max(score, places, num_pieces)
    is_best = score == tf.gather(best, places)
    # And of equals the first.
    last = tf.size(starts, tf.int64)
    first = tf.math.unsorted_segment_min(
        tf.where(is_best, windows, last), places, num_pieces
    )
    return is_best & (windows == tf.gather(first, places))
