"""Builds the graph of an encoder that reads and gives something else."""

import inspect

import keras
from keras import ops

from nlp_modeling import layers

# Shapes: B batch, S sequence, P positions, N sequences of a packed row, H
# hidden.


def encoder_graph(encoder, specs) -> keras.Model:
    """Builds the graph of an encoder that reads and gives something else.

    The graph has the encoder's layers. If it is asked for positions, the last
    layer works on them and on the first position of each sequence, for the
    pooler. A layer without a `positions` argument works on all positions, and
    these are gathered.

    Args:
        encoder: An `Encoder`.
        specs: The inputs, by name, that the encoder does not have itself:
            Keras tensors `positions` int [B, P], `sequence_ids` int [B, S] and
            `sequence_starts` int [B, N].

    Returns:
        A model from the dict of all inputs to the dict that `Encoder` gives.
    """
    lengths = {
        "positions": None,
        "sequence_ids": encoder.input["input_word_ids"].shape[1],
    }
    more = {
        name: keras.Input(
            (lengths.get(name, x.shape[1]),), dtype="int32", name=name
        )
        for name, x in specs.items()
    }
    inputs = {**encoder.input, **more}
    starts = more.get("sequence_starts")
    data, mask = encoder.embed(inputs)
    outputs = []
    *lower_layers, last_layer = encoder.transformer_layers
    for layer in lower_layers:
        data = layer([data, mask])
        outputs.append(data)
    if "positions" in more:
        if starts is None:
            count = 1
            asked = ops.pad(more["positions"], ((0, 0), (1, 0)))
        else:
            count = starts.shape[1]
            asked = ops.concatenate([starts, more["positions"]], axis=1)
        data = _at(last_layer, [data, mask], asked)
        normal = _normal(encoder, data)
        first, normal = normal[:, :count], normal[:, count:]
        data = data[:, count:]
    else:
        data = last_layer([data, mask])
        normal = _normal(encoder, data)
        first = normal[:, :1]
        if starts is not None:
            first = layers.gather_positions(normal, starts)
    pooled = first[:, 0] if starts is None else first
    return keras.Model(
        inputs,
        {
            "sequence_output": normal,
            "pooled_output": encoder.pooler_layer(pooled),
            "encoder_outputs": [*outputs, data],
        },
        name=f"{encoder.name}_of_{'_and_'.join(more)}",
    )


def _at(layer, inputs, positions):
    if "positions" in inspect.signature(layer.call).parameters:
        return layer(inputs, positions=positions)
    return layers.gather_positions(layer(inputs), positions)


def _normal(encoder, data):
    return data if encoder.final_norm is None else encoder.final_norm(data)
