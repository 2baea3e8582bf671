"""One initializer for each weight."""

import keras


def fresh_initializer(initializer):
    """An initializer like the given one that draws its own values.

    Keras draws the same values at every call of one instance, so two weights of
    one shape that share an instance would start equal.

    Args:
        initializer: Anything that `keras.initializers.get` takes.

    Returns:
        A `keras.initializers.Initializer`, or the callable that was given.
    """
    initializer = keras.initializers.get(initializer)
    if isinstance(initializer, keras.initializers.Initializer):
        return initializer.clone()
    return initializer
