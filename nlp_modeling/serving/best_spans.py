"""Finds the best span among the windows of each context, in the graph."""

from typing import NamedTuple

import tensorflow as tf

from nlp_modeling.serving.text_windows import TextWindows

# Shapes: B contexts, W windows of all contexts, S sequence, N best starts and
# ends of a window.


class BestSpans(NamedTuple):
    """Holds the best span of each context.

    Args:
        exists: bool [B], whether the context has a span.
        first: int64 [B], the span's first word piece in the context.
        last: int64 [B], the span's last word piece, inclusive.
        score: float64 [B], the sum of both logits, 0 without a span.
        null_score: float64 [B], the windows' lowest score for no span.
    """

    exists: tf.Tensor
    first: tf.Tensor
    last: tf.Tensor
    score: tf.Tensor
    null_score: tf.Tensor


def best_spans(
    windows: TextWindows,
    context_positions,
    logits,
    n_best_size: int,
    max_answer_length: int,
) -> BestSpans:
    """Finds the first candidate of `evaluation.squad_answers`.

    Args:
        windows: W windows.
        context_positions: int64 [W], the first position of the context.
        logits: float32 [W, S, 2], of starts and ends.
        n_best_size: N.
        max_answer_length: The most word pieces of a span.
    """
    size = windows.pieces.row_lengths()
    # In float64 as in NumPy, so that the same span is the best.
    nothing = tf.constant(-float("inf"), tf.float64)
    is_text = tf.sequence_mask(
        context_positions + size + 1, tf.shape(logits)[1]
    )
    logits = tf.where(
        is_text[..., tf.newaxis], tf.cast(logits, tf.float64), nothing
    )
    n = tf.minimum(n_best_size, tf.shape(logits)[1])
    start_logits, starts = tf.math.top_k(logits[..., 0], n)
    end_logits, ends = tf.math.top_k(logits[..., 1], n)
    first = tf.cast(starts, tf.int64) - context_positions[:, tf.newaxis]
    last = tf.cast(ends, tf.int64) - context_positions[:, tf.newaxis]

    size = size[:, tf.newaxis]
    last_fits = (last >= 0) & (last < size)
    # One column more, false, for positions outside of the context.
    may_start = windows.has_most_context.to_tensor()
    may_start = tf.pad(may_start, [[0, 0], [0, 1]])
    outside = tf.shape(may_start, tf.int64)[1] - 1
    inside = tf.where((first >= 0) & (first < size), first, outside)
    first_fits = tf.gather(may_start, inside, batch_dims=1)

    length = last[:, tf.newaxis, :] - first[:, :, tf.newaxis] + 1
    fits = (length > 0) & (length <= max_answer_length)
    fits &= first_fits[:, :, tf.newaxis] & last_fits[:, tf.newaxis, :]
    sums = start_logits[:, :, tf.newaxis] + end_logits[:, tf.newaxis, :]
    sums = tf.where(fits, sums, nothing)
    sums = tf.reshape(sums, [-1, n * n])
    pair = tf.argmax(sums, axis=1)
    window = _first_of_the_best(tf.reduce_max(sums, axis=1), windows.rows)
    pair = tf.gather(pair, window)
    shift = tf.gather(windows.starts, window)
    n = tf.cast(n, tf.int64)
    score = tf.gather(tf.reduce_max(sums, axis=1), window)
    exists = score > -float("inf")
    null_score = tf.math.segment_min(
        tf.reduce_sum(logits[:, 0], axis=-1), windows.rows
    )
    return BestSpans(
        exists,
        shift + tf.gather(tf.gather(first, window), pair // n, batch_dims=1),
        shift + tf.gather(tf.gather(last, window), pair % n, batch_dims=1),
        tf.where(exists, score, tf.zeros_like(score)),
        null_score,
    )


def _first_of_the_best(scores, rows):
    """Finds the window of each row that has the highest score, int64 [B]."""
    best = tf.gather(tf.math.segment_max(scores, rows), rows)
    numbers = tf.range(tf.size(scores, tf.int64))
    numbers = tf.where(scores == best, numbers, tf.size(scores, tf.int64))
    return tf.math.segment_min(numbers, rows)
