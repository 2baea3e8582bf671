"""Runs embeddings through a stack of layers and pools the first position."""

import types

import keras
from keras import ops

from nlp_modeling import layers
from nlp_modeling.networks.encoder_graph import encoder_graph
from nlp_modeling.networks.feature_model import FeatureModel
from nlp_modeling.networks.lora_adaptation import LoraAdaptation
from nlp_modeling.networks.quantized_layers import (
    quantize_again,
    quantized_layers,
)

# Shapes: B batch, S sequence, P positions, N sequences of a packed row, H
# hidden, V vocabulary, W embedding width.

_OF_PACKED_ROWS = ("sequence_ids", "sequence_starts")


class Encoder(LoraAdaptation, FeatureModel):
    """Runs embeddings through a stack of layers and pools the first position.

    A call with a dict returns the dict of `sequence_output` float [B, S, H],
    `pooled_output` float [B, H] and `encoder_outputs`, the list of every
    layer's output. A call with a list returns the list that code written for
    Model Garden 2 unpacks: `[sequence_output, pooled_output]`. With
    `return_all_encoder_outputs`, `encoder_outputs` comes first in that list.

    All outputs have the compute dtype of the policy, as those of Keras's layers
    have: float16 under `mixed_float16`. (Model Garden's `sequence_output` is
    float32 then, and its `pooled_output` is float16.) The heads and losses of
    this package compute logits in float32. Other code must cast to float32
    before it sums over positions or examples.

    `enable_lora` adapts the encoder. `quantize("int8")`, of the encoder or of a
    model on it, puts 8-bit integers into the kernels of attention, feed-forward
    and pooler. The config says so, and a saved model is loaded quantized. A
    kernel then takes a quarter of the memory, and tables of words stay float.
    On a processor, TensorFlow and PyTorch multiply integers more slowly.

    **Packed rows** hold several sequences one after another, so that little of
    a batch is padding. The dict then has `sequence_ids` int [B, S], the
    sequence that a place belongs to: 1, 2 and so on, and 0 for padding. A
    position looks at its own sequence alone, and positions are counted from its
    start: the outputs are those of the sequences in rows of their own. With
    `sequence_starts` int [B, N] as well, `pooled_output` is float [B, N, H], of
    these places; a row of fewer than N sequences names any place for the rest.

    Args:
        features: Dict of Keras inputs; its order is the order of a list.
        embedding_layer: The layer that looks up the words.
        embed: Makes of the dict the sum float [B, S, H] that enters the first
            layer, and the attention mask float [B, S, S], 1 where a position
            may look.
        transformer_layers: Layers that take `[data, attention_mask]`. A layer
            that is listed several times shares its weights.
        pooler_layer: Makes `pooled_output` of the first position.
        return_all_encoder_outputs: Whether a call with a list gives
            `encoder_outputs` first.
        final_norm: A layer applied to the last layer's output; None for none.
        **kwargs: `name`, `trainable` and `dtype`.

    Call arguments:
        inputs: Dict or list of the features.
        positions: int [B, P], each in [0, S), or a list of P for every example.
            `sequence_output` and the last of `encoder_outputs` are then
            [B, P, H], at these positions, whatever the `output_range`. The last
            layer works on these positions and the first one alone, if its
            `call` takes `positions`. None for all positions.
    """

    # The head of masked words that `models` put on the encoder.
    masked_lm_class = layers.MaskedLM

    def __init__(
        self,
        features,
        embedding_layer,
        embed,
        transformer_layers,
        pooler_layer,
        return_all_encoder_outputs=False,
        final_norm=None,
        **kwargs,
    ):
        embeddings, attention_mask = embed(features)
        data = embeddings
        encoder_outputs = []
        for layer in transformer_layers:
            data = layer([data, attention_mask])
            encoder_outputs.append(data)
        if final_norm is not None:
            data = final_norm(data)
        outputs = {
            "sequence_output": data,
            "pooled_output": pooler_layer(data[:, 0]),
            "encoder_outputs": encoder_outputs,
        }
        super().__init__(features, outputs, **kwargs)
        self.pooler_layer = pooler_layer
        self.transformer_layers = list(transformer_layers)
        self._embedding_layer = embedding_layer
        self.final_norm = final_norm
        self._return_all = return_all_encoder_outputs
        # A namespace, since Keras would track and save models.
        self._graphs = types.SimpleNamespace(
            embed=embed, length=embeddings.shape[1], others={}
        )

    def get_embedding_layer(self) -> keras.layers.Layer:
        """Gives the layer that looks up the words; `MaskedLM` shares it."""
        return self._embedding_layer

    def get_embedding_table(self):
        """Gives the variable float [V, W] of the word embeddings."""
        return self._embedding_layer.embeddings

    def weights_by_path(self) -> dict[str, keras.Variable]:
        """Gives the weights by their paths as of an encoder without a name.

        A shared embedding layer may have been built under another encoder's
        name, which is left out too.
        """
        built = filter(None, [self.pooler_layer, self.get_embedding_layer()])
        scopes = {layer.path.removesuffix(layer.name) for layer in built}
        weights = {}
        for weight in self.weights:
            scope = max(filter(weight.path.startswith, {*scopes, ""}), key=len)
            weights[weight.path.removeprefix(scope)] = weight
        return weights

    @property
    def max_length(self) -> int | None:
        """Gives the length of the longest sequence read; None for any."""
        lengths = [self._graphs.length, *_max_lengths(self)]
        return min((x for x in lengths if x is not None), default=None)

    def embed(self, features):
        """Gives what enters the first layer; see the constructor's `embed`."""
        return self._graphs.embed(features)

    def call(self, inputs, positions=None, training=None, mask=None):
        if positions is None and not _packing(inputs):
            return super().call(inputs, training, mask)
        features = self.by_name(inputs)
        if positions is not None:
            positions = ops.convert_to_tensor(positions, dtype="int32")
            if len(positions.shape) == 1:
                batch = ops.shape(next(iter(features.values())))[0]
                shape = (batch, positions.shape[0])
                positions = ops.broadcast_to(positions, shape)
            features["positions"] = positions
        outputs = self._graph_of(features).call(features, training)
        return self._answer(inputs, outputs)

    def compute_output_spec(
        self, inputs, positions=None, training=None, mask=None
    ):
        if positions is None and not _packing(inputs):
            return super().compute_output_spec(inputs, training, mask)
        features = self.by_name(inputs)
        if positions is not None:
            batch = next(iter(features.values())).shape[0]
            is_list = isinstance(positions, list | tuple)
            count = len(positions) if is_list else positions.shape[-1]
            positions = keras.KerasTensor((batch, count), dtype="int32")
            features["positions"] = positions
        return self._graph_of(features).compute_output_spec(features)

    def by_name(self, inputs) -> dict:
        """Gives the features as every model does, and those of packed rows."""
        more = {name: inputs[name] for name in _packing(inputs)}
        return super().by_name(inputs) | more

    def _graph_of(self, features):
        """Gives the graph that reads these features, some not the encoder's."""
        more = {
            name: x
            for name, x in features.items()
            if name not in self.feature_names
        }
        starts = more.get("sequence_starts")
        key = (*more, None if starts is None else starts.shape[1])
        if key not in self._graphs.others:
            self._graphs.others[key] = encoder_graph(self, more)
        return self._graphs.others[key]

    def get_config(self):
        quantized = quantized_layers(self, _scope(self))
        return super().get_config() | (
            {"quantized": quantized} if quantized else {}
        )

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        quantized = config.pop("quantized", [])
        encoder = super().from_config(config)
        quantize_again(encoder, quantized, _scope(encoder))
        return encoder

    def export(self, filepath, *args, **kwargs):
        """Exports `sequence_output` and `pooled_output`.

        A signature holds tensors and no list, so `encoder_outputs` is left out.
        """
        served = {
            name: self.output[name]
            for name in ("sequence_output", "pooled_output")
        }
        keras.Model(self.input, served).export(filepath, *args, **kwargs)

    def _answer(self, inputs, outputs):
        if isinstance(inputs, dict) or not isinstance(outputs, dict):
            return outputs
        first = "encoder_outputs" if self._return_all else "sequence_output"
        return [outputs[first], outputs["pooled_output"]]


def _packing(inputs):
    """Lists the features of packed rows that there are."""
    is_dict = isinstance(inputs, dict)
    return [name for name in _OF_PACKED_ROWS if is_dict and name in inputs]


def _scope(encoder):
    """Gives what the paths of the layers begin with: "" or the name."""
    return encoder.pooler_layer.path.removesuffix(encoder.pooler_layer.name)


def _max_lengths(network):
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _max_lengths(layer)
        else:
            yield getattr(layer, "max_length", None)
