"""Builds the graph of an encoder that is asked for some positions."""

import inspect

import keras
from keras import ops

from nlp_modeling import layers

# Shapes: B batch, S sequence, P positions, H hidden.


def positions_graph(encoder, last_inputs, encoder_outputs) -> keras.Model:
    """Builds the graph of an encoder that is asked for some positions.

    The graph has the encoder's layers. The last layer works on the first
    position, for the pooler, and on the positions asked for. A layer without a
    `positions` argument works on all positions, and these are gathered.

    Args:
        encoder: An `Encoder`.
        last_inputs: The tensors float [B, S, H] and [B, S, S] that enter its
            last layer.
        encoder_outputs: The outputs of its layers.

    Returns:
        A model from the list of the encoder's inputs and int [B, P] to the dict
        that `Encoder` gives.
    """
    name = f"{encoder.name}_positions"
    positions = keras.Input((None,), dtype="int32", name=name)
    asked = ops.pad(positions, ((0, 0), (1, 0)))
    *lower_outputs, data = encoder_outputs
    *_, last_layer = encoder.transformer_layers
    if "positions" in inspect.signature(last_layer.call).parameters:
        data = last_layer(last_inputs, positions=asked)
    else:
        data = layers.gather_positions(data, asked)
    last_output = data[:, 1:]
    if encoder.final_norm is not None:
        data = encoder.final_norm(data)
    outputs = {
        "sequence_output": data[:, 1:],
        "pooled_output": encoder.pooler_layer(data[:, 0]),
        "encoder_outputs": [*lower_outputs, last_output],
    }
    name = f"{encoder.name}_at_positions"
    return keras.Model([encoder.input, positions], outputs, name=name)
