"""Adds the adapter of a layer to its kernels."""

import keras

from nlp_modeling import keras_internals


def merge_lora(layer: keras.layers.Layer) -> None:
    """Adds the adapter of a layer to its kernels, and removes it.

    A layer saves its kernels with the adapter in them. So this saves the layer
    into a dict, removes the adapter and loads the dict.

    Args:
        layer: A layer with `enable_lora`: `SelfAttention`, or Keras's `Dense`
            and `EinsumDense`.
    """
    merged = {}
    layer.save_own_variables(merged)
    for weight in list(layer.weights):
        if "lora" in weight.name:
            keras_internals.remove_weight(layer, weight.name)
    layer.lora_enabled = False
    layer.lora_rank = layer.lora_alpha = None
    layer.load_own_variables(merged)
