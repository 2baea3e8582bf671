"""Makes the layers of a block or an encoder from its parts."""

import keras


def make_part(part, name: str, dtype=None, **changes) -> keras.layers.Layer:
    """Makes a layer from a part: copies a layer or calls a function.

    A copy has the part's config and weights of its own, so one part given
    several times ties nothing.

    Args:
        part: A layer, built or not, or a function of `name`, `dtype` and the
            changes.
        name: Name of the layer.
        dtype: Policy of the layer; None for the global one.
        **changes: Values in place of the config's. A copy leaves out a name
            that the config does not have.

    Raises:
        TypeError: If `part` is neither a layer nor a function.
    """
    policy = keras.dtype_policies.get(dtype)
    if not isinstance(policy, keras.dtype_policies.DTypePolicyMap):
        policy = policy.name  # Keras's automatic configs hold no objects.
    changes |= {"name": name, "dtype": policy}
    if isinstance(part, keras.layers.Layer):
        config = part.get_config()
        changes = {key: x for key, x in changes.items() if key in config}
        return type(part).from_config(config | changes)
    if not callable(part):
        raise TypeError(
            f"`{name}` must be a layer or a function that makes one. "
            f"Received: {name}={part!r}."
        )
    return part(**changes)
