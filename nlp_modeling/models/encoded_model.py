"""What every model is: an encoder, and heads that read it."""

import keras

from nlp_modeling import networks


class EncodedModel(networks.FeatureModel):
    """What every model is: an encoder, and heads that read it.

    Args:
        network: The encoder.
        features: Dict of Keras inputs, the network's first.
        outputs: What the heads give.
        **kwargs: `name` and `trainable`.
    """

    def __init__(self, network, features, outputs, **kwargs):
        kwargs.setdefault("dtype", network.dtype_policy)
        super().__init__(features, outputs, **kwargs)
        self.network = network


def encode(network, masked_lm_positions=None):
    """Inputs like the network's, and what the network makes of them.

    Args:
        network: The encoder.
        masked_lm_positions: Keras input int [B, P], the positions that the
            heads read; None for all.

    Returns:
        Dict of Keras inputs, and the dict that the network gives.

    Raises:
        TypeError: If `network` is not an `Encoder`.
    """
    if not isinstance(network, networks.Encoder):
        raise TypeError(
            "`network` must be an Encoder, such as TransformerEncoder. "
            f"Received: network={network!r}."
        )
    features = {
        name: keras.Input(batch_shape=x.shape, dtype=x.dtype, name=name)
        for name, x in network.input.items()
    }
    features = {name: features[name] for name in network.feature_names}
    if masked_lm_positions is None:
        return features, network(features)
    encoded = network.encode_positions(features, masked_lm_positions)
    return {**features, "masked_lm_positions": masked_lm_positions}, encoded
