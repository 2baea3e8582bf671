"""What every encoder is: embeddings, a stack of layers, a pooler."""

import keras
from keras import ops

from nlp_modeling import layers
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.networks.feature_model import FeatureModel

# Shapes: B batch, S sequence, H hidden, V vocabulary, W embedding width.


class Encoder(FeatureModel):
    """Runs embeddings through a stack of layers and pools the first position.

    An encoder answers in kind. Called with a dict it returns the dict of
    `sequence_output` float [B, S, H], `pooled_output` float [B, H] and
    `encoder_outputs`, the list of every layer's output. Called with a list it
    returns the list that code written for Model Garden 2 unpacks:
    `[sequence_output, pooled_output]`, the first of which is
    `encoder_outputs` with `return_all_encoder_outputs`.

    Args:
        features: Dict of Keras inputs; its order is the order of a list.
        embedding_layer: The layer that looks up the words.
        embeddings: float [B, S, H], the sum that enters the first layer.
        attention_mask: float [B, S, S], 1 where a position may look.
        transformer_layers: Layers that take `[data, attention_mask]`. One layer
            that stands there several times shares its weights.
        pooler_layer: Makes `pooled_output` of the first position.
        return_all_encoder_outputs: What a call with a list gives first.
        **kwargs: `name`, `trainable` and `dtype`.
    """

    def __init__(
        self,
        features,
        embedding_layer,
        embeddings,
        attention_mask,
        transformer_layers,
        pooler_layer,
        return_all_encoder_outputs=False,
        **kwargs,
    ):
        data = embeddings
        encoder_outputs = []
        for layer in transformer_layers:
            last_inputs = [data, attention_mask]
            data = layer(last_inputs)
            encoder_outputs.append(data)
        outputs = {
            "sequence_output": data,
            "pooled_output": pooler_layer(data[:, 0]),
            "encoder_outputs": encoder_outputs,
        }
        super().__init__(features, outputs, **kwargs)
        self.pooler_layer = pooler_layer
        self.transformer_layers = list(transformer_layers)
        self._embedding_layer = embedding_layer
        self._return_all = return_all_encoder_outputs
        # Past __setattr__, which would have Checkpoints save a list of tensors.
        vars(self)["_last_inputs"] = last_inputs

    def get_embedding_layer(self) -> keras.layers.Layer:
        """The layer that looks up the words; `MaskedLM` shares it."""
        return self._embedding_layer

    def get_embedding_table(self):
        """The variable float [V, W] of the word embeddings."""
        return self._embedding_layer.embeddings

    def encode_positions(self, features, positions):
        """What the encoder gives at some positions and at the first one.

        The last layer works on no others, where it is our own: pretraining
        reads a sixth of the positions, and so saves most of that layer.

        Args:
            features: Dict of Keras inputs, as a call takes.
            positions: Keras input int [B, P], each in [0, S).

        Returns:
            Dict of `sequence_output` float [B, P, H] and `pooled_output`
            float [B, H].
        """
        asked = keras.Input(
            batch_shape=positions.shape, dtype="int32", name="positions"
        )
        first = ops.zeros_like(asked[:, :1])
        data = self._at(ops.concatenate([first, asked], axis=1))
        outputs = {
            "sequence_output": data[:, 1:],
            "pooled_output": self.pooler_layer(data[:, 0]),
        }
        inputs = {**self.input, asked.name: asked}
        model = keras.Model(inputs, outputs, name=self.name)
        return model({**self._by_name(features), asked.name: positions})

    def _at(self, positions):
        """The last layer's output at some positions alone."""
        *_, layer = self.transformer_layers
        if isinstance(layer, layers.TransformerEncoderBlock):
            return layer([*self._last_inputs, positions])
        gather = keras.layers.Lambda(
            lambda inputs: layers.gather_positions(*inputs),
            dtype=self.dtype_policy,
        )
        return gather([self.output["sequence_output"], positions])

    def export(self, filepath, *args, **kwargs):
        """Exports `sequence_output` and `pooled_output`.

        Without `encoder_outputs`: a signature holds tensors, and no list.
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


def pooler(width, initializer, dtype):
    """The layer that makes `pooled_output`: dense, then tanh.

    Args:
        width: Units of the pooled output.
        initializer: Draws the kernel.
        dtype: Its policy.
    """
    return keras.layers.Dense(
        width,
        activation="tanh",
        kernel_initializer=fresh_initializer(initializer),
        dtype=dtype,
        name="pooler_transform",
    )
