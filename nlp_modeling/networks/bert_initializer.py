"""Makes the initializer of BERT's weights."""

import keras


def bert_initializer() -> keras.initializers.Initializer:
    """Makes an initializer that draws weights as BERT does.

    The distribution is normal with a deviation of 0.02, cut at two deviations.

    Reference:
        BERT's code: https://github.com/google-research/bert, modeling.py
    """
    return keras.initializers.TruncatedNormal(stddev=0.02)
