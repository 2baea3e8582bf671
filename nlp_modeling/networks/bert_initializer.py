"""The first values of BERT's weights."""

import keras


def bert_initializer() -> keras.initializers.Initializer:
    """Draws weights as BERT does, with a deviation of 0.02.

    Reference:
        BERT's code: https://github.com/google-research/bert, modeling.py
    """
    return keras.initializers.TruncatedNormal(stddev=0.02)
