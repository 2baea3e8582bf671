"""Joins neighbouring words into n-grams of random length."""

import numpy as np

from nlp_modeling.text.lazy_tensorflow import tf

# Shapes: N word pieces, U words.


def group_ngrams(begins, follows, shares, max_ngram: int):
    """Joins neighbouring words into n-grams of random length.

    A length n is drawn with a probability proportional to 1/n. An n-gram ends
    early if its run of pieces ends.

    Args:
        begins: bool [N], whether a piece begins a word.
        follows: bool [N], whether a piece belongs to the run of the piece
            before it.
        shares: float [N], uniform in [0, 1).
        max_ngram: The longest n-gram, in words.

    Returns:
        bool [N], whether a piece begins an n-gram.
    """
    word = tf.where(begins)[:, 0]
    count = tf.size(word, tf.int64)
    begins_run = ~tf.gather(follows, word)
    run_starts = tf.where(begins_run)[:, 0]
    run_ends = tf.concat([run_starts[1:], [count]], 0)
    run = tf.cumsum(tf.cast(begins_run, tf.int64)) - 1

    weights = 1 / np.arange(1, max_ngram + 1)
    steps = np.cumsum(weights / weights.sum())[:-1]
    length = 1 + tf.searchsorted(
        steps, tf.gather(shares, word), "right", out_type=tf.int64
    )
    end = tf.minimum(tf.range(count) + length, tf.gather(run_ends, run))
    reached = _reached(begins_run, end, count)
    return tf.scatter_nd(
        word[:, tf.newaxis], reached, tf.shape(begins, tf.int64)
    )


def _reached(starts, end, count):
    """Marks the places reached from `starts` by jumps from i to `end[i]`.

    Every round doubles the length of the jumps.
    """
    # The additional place is where the last jump lands and stays.
    end = tf.concat([end, [count]], 0)
    reached = tf.concat([tf.cast(starts, tf.int32), [0]], 0)

    def double(reached, end):
        landed = tf.math.unsorted_segment_max(reached, end, count + 1)
        return tf.maximum(reached, landed), tf.gather(end, end)

    reached, _ = tf.while_loop(
        lambda _, end: tf.reduce_any(end < count), double, (reached, end)
    )
    return reached[:-1] > 0
