"""Keeps `Model.quantize` from quantizing a layer."""

import keras


def remain_float(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Keeps `Model.quantize` from quantizing a layer of a head.

    The config of an encoder says which of its layers are quantized. A head has
    no such record, and a quantized head could not be loaded.

    Args:
        layer: Changed in place.

    Returns:
        `layer`.
    """

    def quantize(mode=None, **kwargs):
        raise NotImplementedError(
            f"A head's layer {layer.name!r} must remain float. "
            f"Received: {mode=}."
        )

    layer.quantize = quantize
    return layer
