"""Builds an encoder from a custom embedding network and custom layers."""

import keras

from nlp_modeling import layers
from nlp_modeling.layers.make_part import make_part
from nlp_modeling.layers.require import require_depth, require_positive
from nlp_modeling.networks.bert_embedding_network import bert_embedding_network
from nlp_modeling.networks.bert_initializer import bert_initializer
from nlp_modeling.networks.encoder import Encoder
from nlp_modeling.networks.own_scope import own_scope
from nlp_modeling.networks.pooler import pooler
from nlp_modeling.networks.word_layer import word_layer

# Shapes: B batch, S sequence, H hidden, P pooled.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class EncoderScaffold(Encoder):
    """Builds an encoder from a custom embedding network and custom layers.

    A config holds classes by name, so a class given here must be registered
    (`keras.saving.register_keras_serializable`).

    Args:
        pooled_output_dim: P, the width of the pooled output.
        pooler_layer_initializer: Draws the pooler's kernel; None as for
            `TransformerEncoder`.
        embedding_cls: The embedding network, a functional `keras.Model` from
            named inputs to the list of float [B, S, H] and the attention mask
            float [B, S, S]; or a class or function that makes the network from
            `embedding_cfg`. None for BERT's, `bert_embedding_network`.
        embedding_cfg: Arguments for `embedding_cls`.
        embedding_data: In place of `embedding_layer`: its table, a weight of
            the embedding network.
        num_hidden_instances: Layers in the stack.
        hidden_cls: Makes each layer from `hidden_cfg`; the layer is called with
            the list `[data, attention_mask]`. A layer in place of a class is
            applied `num_hidden_instances` times, and shares its weights.
        hidden_cfg: Arguments for `hidden_cls`. Each layer of the stack gets
            copies of the layers among them.
        return_all_layer_outputs: A call with a list gives every layer's output
            first, instead of the last one's.
        embedding_layer: The layer of the embedding network that looks up the
            words, for `get_embedding_layer()`, or its name. None for the layer
            named `word_embeddings`, if there is one.
        dtype: Policy of the pooler and of BERT's embeddings; None for the
            global one.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the embedding network's inputs.

    Returns:
        As `Encoder` says: `sequence_output` float [B, S, H], `pooled_output`
        float [B, P], and `encoder_outputs`.

    Raises:
        ValueError: If a size is not positive, the embedding network is not
            functional or does not give two outputs, or the word embeddings are
            not in it.
    """

    def __init__(
        self,
        pooled_output_dim: int,
        pooler_layer_initializer=None,
        embedding_cls=None,
        embedding_cfg: dict | None = None,
        embedding_data=None,
        num_hidden_instances: int = 1,
        hidden_cls=layers.TransformerEncoderBlock,
        hidden_cfg: dict | None = None,
        return_all_layer_outputs: bool = False,
        embedding_layer: keras.layers.Layer | str | None = None,
        dtype=None,
        **kwargs,
    ):
        require_positive(pooled_output_dim=pooled_output_dim)
        require_depth(num_hidden_instances=num_hidden_instances)
        with own_scope(type(self), kwargs.get("name")):
            network = _network(embedding_cls, embedding_cfg, dtype)
            words = word_layer(network, embedding_layer, embedding_data)
            given = {
                x.name: keras.Input(
                    batch_shape=x.shape, dtype=x.dtype, name=x.name
                )
                for x in network.inputs
            }

            def embed(features):
                if "sequence_ids" in features:
                    raise ValueError(
                        "An encoder of packed rows must have BERT's or "
                        "ModernBERT's embeddings. Received: an EncoderScaffold."
                    )
                values = [features[name] for name in given]
                return network(
                    keras.tree.pack_sequence_as(network.input, values)
                )

            super().__init__(
                given,
                words,
                embed,
                _stack(hidden_cls, hidden_cfg or {}, num_hidden_instances),
                pooler(
                    pooled_output_dim,
                    pooler_layer_initializer or bert_initializer(),
                    dtype,
                ),
                return_all_layer_outputs,
                dtype=dtype,
                **kwargs,
            )
        self._graphs.embedding_network = network
        if isinstance(hidden_cls, keras.layers.Layer):
            self._record_parts(hidden_cls=hidden_cls)
        # By name: a layer in a config would come back as another one.
        for argument in ("embedding_layer", "embedding_data"):
            if self._arguments.get(argument) is not None:
                self._record(**{argument: words.name})

    @property
    def embedding_network(self) -> keras.Model:
        """Gives the network of the embeddings and the attention mask."""
        return self._graphs.embedding_network

    @property
    def hidden_layers(self) -> list[keras.layers.Layer]:
        """Gives the layers of the stack, as `transformer_layers` does."""
        return self.transformer_layers


def _network(embedding_cls, embedding_cfg, dtype):
    network = embedding_cls
    if embedding_cls is None:
        if embedding_cfg is None:
            raise ValueError(
                "`embedding_cfg` must give the sizes of BERT's embeddings, "
                "unless there is an `embedding_cls`. Received: "
                "embedding_cls=None, embedding_cfg=None."
            )
        network = bert_embedding_network(**{"dtype": dtype, **embedding_cfg})
    elif not isinstance(embedding_cls, keras.Model):
        network = embedding_cls(**(embedding_cfg or {}))
    outputs = getattr(network, "outputs", None)  # Only of functional models.
    if outputs is None or len(outputs) != 2:
        raise ValueError(
            "`embedding_cls` must give a functional model of two outputs, the "
            f"embeddings and the attention mask. Received: {outputs=}."
        )
    return network


def _stack(hidden_cls, hidden_cfg, count):
    if isinstance(hidden_cls, keras.layers.Layer):
        return [hidden_cls] * count
    if not callable(hidden_cls):
        raise ValueError(
            "`hidden_cls` must be a class or a function that makes a layer, or "
            f"a layer. Received: {hidden_cls=}."
        )
    return [hidden_cls(**_copied(hidden_cfg)) for _ in range(count)]


def _copied(config):
    """Copies the layers in a config, so that no two blocks share one."""
    return {
        key: make_part(x, x.name, x.dtype_policy)
        if isinstance(x, keras.layers.Layer)
        else x
        for key, x in config.items()
    }
