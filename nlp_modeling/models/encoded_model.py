"""Joins an encoder and the heads that read it."""

import keras

from nlp_modeling import networks


class EncodedModel(networks.FeatureModel):
    """Joins an encoder and the heads that read it; every model is one.

    Args:
        network: The encoder.
        features: Dict of Keras inputs, the network's first.
        outputs: The outputs of the heads.
        **kwargs: `name` and `trainable`.
    """

    def __init__(self, network, features, outputs, **kwargs):
        kwargs.setdefault("dtype", network.dtype_policy)
        super().__init__(features, outputs, **kwargs)
        self.network = network

    @property
    def checkpoint_items(self) -> dict[str, keras.layers.Layer]:
        """Gives the parts that a fine-tuned model takes over, by name.

        For TensorFlow: `tf.train.Checkpoint(**model.checkpoint_items)`.
        """
        return {"encoder": self.network}


def encode(network, positions=None):
    """Makes inputs like the network's and encodes them.

    Args:
        network: The encoder.
        positions: Keras input int [B, P] or a list of P, the positions that the
            heads read; None for all.

    Returns:
        Dict of Keras inputs, and the dict that the network gives.

    Raises:
        TypeError: If `network` is not an `Encoder`.
    """
    if not isinstance(network, networks.Encoder):
        raise TypeError(
            "`network` must be an Encoder, like TransformerEncoder. "
            f"Received: network={network!r}."
        )
    features = {
        name: keras.Input(batch_shape=x.shape, dtype=x.dtype, name=name)
        for name, x in network.input.items()
    }
    features = {name: features[name] for name in network.feature_names}
    return features, network(features, positions=positions)
