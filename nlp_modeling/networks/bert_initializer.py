"""Makes the initializer of BERT's weights."""

import keras


def bert_initializer(stddev: float = 0.02) -> keras.initializers.Initializer:
    """Makes an initializer that draws weights as BERT does.

    The distribution is normal, cut at two deviations.

    Reference:
        BERT's code: https://github.com/google-research/bert, modeling.py

    Args:
        stddev: The deviation. BERT's 0.02 suits a hidden size of 768; a network
            of a hidden size H learns sooner from 0.02 sqrt(768 / H).
    """
    return keras.initializers.TruncatedNormal(stddev=stddev)
