"""Copies an initializer, so that each weight has its own."""

import keras


def fresh_initializer(initializer):
    """Copies an initializer; the copy draws its own values.

    An instance draws the same values at every call. Two weights of one shape
    would start equal if they shared an instance.

    Args:
        initializer: Anything that `keras.initializers.get` takes.

    Returns:
        A `keras.initializers.Initializer`; if a function was given, itself.
    """
    initializer = keras.initializers.get(initializer)
    if isinstance(initializer, keras.initializers.Initializer):
        return initializer.clone()
    return initializer
