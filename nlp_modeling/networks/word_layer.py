"""Finds the layer of an embedding network that looks up the words."""

import keras


def word_layer(network: keras.Model, layer, table):
    """Finds the layer of an embedding network that looks up the words.

    Args:
        network: The embedding network.
        layer: The layer or its name; None if not given.
        table: In place of the layer, its weight; None if not given.

    Returns:
        The layer. If neither is given, the layer named `word_embeddings`, or
        None without one.

    Raises:
        ValueError: If the network has no layer that is given.
    """
    given = [x for x in (layer, table) if x is not None]
    for own in network.layers:
        for x in given or ["word_embeddings"]:
            is_name = isinstance(x, str) and x == own.name
            if is_name or any(x is part for part in (own, *own.weights)):
                return own
    if not given:
        return None
    raise ValueError(
        "The word embeddings must be those of a layer of the embedding "
        f"network, one of {[own.name for own in network.layers]}. Received: "
        f"embedding_layer={getattr(layer, 'name', layer)!r:.80}, "
        f"embedding_data={getattr(table, 'path', table)!r:.80}."
    )
