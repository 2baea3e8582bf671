"""Builds an encoder from a custom embedding network and custom layers."""

import keras

from nlp_modeling import layers
from nlp_modeling.layers.make_part import make_part
from nlp_modeling.layers.require import require_depth, require_positive
from nlp_modeling.networks.bert_initializer import bert_initializer
from nlp_modeling.networks.encoder import Encoder
from nlp_modeling.networks.own_scope import own_scope
from nlp_modeling.networks.pooler import pooler

# Shapes: B batch, S sequence, H hidden, P pooled.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class EncoderScaffold(Encoder):
    """Builds an encoder from a custom embedding network and custom layers.

    A config holds classes by name, so a class given here must be registered
    (`keras.saving.register_keras_serializable`).

    Args:
        embedding_cls: The embedding network, a functional `keras.Model` from
            named inputs to the list of float [B, S, H] and the attention mask
            float [B, S, S]; or a class or function that makes the network from
            `embedding_cfg`.
        pooled_output_dim: P, the width of the pooled output.
        pooler_layer_initializer: Draws the pooler's kernel; None as for
            `TransformerEncoder`.
        embedding_cfg: Arguments for `embedding_cls`.
        embedding_layer: The layer that looks up the words, for
            `get_embedding_layer()`; None for the embedding network's layer
            named `word_embeddings`, if it has one.
        num_hidden_instances: Layers in the stack.
        hidden_cls: Makes each layer from `hidden_cfg`; the layer is called with
            the list `[data, attention_mask]`.
        hidden_cfg: Arguments for `hidden_cls`. Each layer of the stack gets
            copies of the layers among them.
        return_all_layer_outputs: A call with a list gives every layer's output
            first, instead of the last one's.
        dtype: Policy of the pooler; None for the global one.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the embedding network's inputs.

    Returns:
        As `Encoder` says: `sequence_output` float [B, S, H], `pooled_output`
        float [B, P], and `encoder_outputs`.

    Raises:
        ValueError: If a size is not positive, or the embedding network does not
            give two outputs.
    """

    def __init__(
        self,
        embedding_cls,
        pooled_output_dim: int,
        pooler_layer_initializer=None,
        embedding_cfg: dict | None = None,
        embedding_layer: keras.layers.Layer | None = None,
        num_hidden_instances: int = 1,
        hidden_cls=layers.TransformerEncoderBlock,
        hidden_cfg: dict | None = None,
        return_all_layer_outputs: bool = False,
        dtype=None,
        **kwargs,
    ):
        require_positive(pooled_output_dim=pooled_output_dim)
        require_depth(num_hidden_instances=num_hidden_instances)
        with own_scope(type(self), kwargs.get("name")):
            network = embedding_cls
            if not isinstance(network, keras.Model):
                network = embedding_cls(**(embedding_cfg or {}))
            if len(network.outputs) != 2:
                raise ValueError(
                    "`embedding_cls` must give two outputs, the embeddings and "
                    f"the attention mask. Received: outputs={network.outputs}."
                )
            features = {
                x.name: keras.Input(
                    batch_shape=x.shape, dtype=x.dtype, name=x.name
                )
                for x in network.inputs
            }
            embeddings, attention_mask = network(
                keras.tree.pack_sequence_as(
                    network.input, list(features.values())
                )
            )
            super().__init__(
                features,
                embedding_layer or _word_embeddings(network),
                embeddings,
                attention_mask,
                [
                    hidden_cls(**_copied(hidden_cfg or {}))
                    for _ in range(num_hidden_instances)
                ],
                pooler(
                    pooled_output_dim,
                    pooler_layer_initializer or bert_initializer(),
                    dtype,
                ),
                return_all_layer_outputs,
                dtype=dtype,
                **kwargs,
            )


def _copied(config):
    """Copies the layers in a config, so that no two blocks share one."""
    return {
        key: make_part(x, x.name, x.dtype_policy)
        if isinstance(x, keras.layers.Layer)
        else x
        for key, x in config.items()
    }


def _word_embeddings(network):
    for layer in network.layers:
        if layer.name == "word_embeddings":
            return layer
    return None
