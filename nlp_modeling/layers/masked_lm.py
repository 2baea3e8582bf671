"""Scores the vocabulary at the masked positions."""

import keras
from keras import ops

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.gather_positions import gather_positions
from nlp_modeling.layers.on_device_embedding import OnDeviceEmbedding
from nlp_modeling.layers.remain_float import remain_float
from nlp_modeling.layers.require import require_finite, require_output
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, H hidden, P predictions, W embedding width,
# V vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class MaskedLM(SignatureConfig, keras.layers.Layer):
    """Scores the vocabulary at the masked positions alone.

    The scores use the table of the word embeddings. The embedding layer is
    shared, and it remains shared when a model is saved and loaded.

    Reference:
        BERT, section 3.1 and appendix A.2: https://arxiv.org/abs/1810.04805

    Args:
        embedding_layer: Looks up the words, and scores against their vectors.
        activation: Name or function applied to the transformed positions.
        initializer: Draws the kernel of the transform.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        norm_epsilon: Added to the variance in the layer normalization.

    Call arguments:
        sequence_data: float [B, S, H].
        masked_positions: int [B, P], each in [0, S); None if `sequence_data`
            holds these positions alone.

    Returns:
        float32 [B, P, V]. A position outside [0, S) gives NaN on every backend
        and device.

    Raises:
        ValueError: If `output` is neither of the two, or `norm_epsilon` is
            negative or not finite.
        TypeError: If `embedding_layer` is not an `OnDeviceEmbedding`.
    """

    def __init__(
        self,
        embedding_layer: OnDeviceEmbedding = None,
        activation=None,
        initializer="glorot_uniform",
        output: str = "logits",
        norm_epsilon: float = 1e-12,
        **kwargs,
    ):
        if not isinstance(embedding_layer, OnDeviceEmbedding):
            raise TypeError(
                "`embedding_layer` must be an OnDeviceEmbedding, for example "
                "`network.get_embedding_layer()`: a table alone would come "
                "back from a saved model as a copy. Received: "
                f"embedding_layer={embedding_layer!r:.80}, "
                f"other arguments={sorted(kwargs)}."
            )
        super().__init__(**kwargs)
        require_output(output)
        require_finite(0, norm_epsilon=norm_epsilon)
        self.embedding_layer = embedding_layer
        self.activation = keras.activations.get(activation)
        self.initializer = keras.initializers.get(initializer)
        self.returns_predictions = output == "predictions"
        self.transform = keras.layers.Dense(
            embedding_layer.embedding_width,
            activation=self.activation,
            kernel_initializer=fresh_initializer(initializer),
            dtype=self.dtype_policy,
            name="transform",
        )
        remain_float(self.transform)
        self.norm = keras.layers.LayerNormalization(
            epsilon=norm_epsilon, dtype=self.dtype_policy, name="norm"
        )

    def build(self, sequence_data_shape, masked_positions_shape=None):
        self.transform.build(sequence_data_shape)
        self.norm.build((*sequence_data_shape[:-1], self.transform.units))
        self.bias = self.add_weight(
            name="bias",
            shape=(self.embedding_layer.vocab_size,),
            initializer="zeros",
            autocast=False,
        )

    def call(self, sequence_data, masked_positions=None):
        data = sequence_data
        if masked_positions is not None:
            data = gather_positions(data, masked_positions)
        data = self.norm(self.transform(data))
        logits = ops.cast(self.scores(data), "float32") + self.bias
        if self.returns_predictions:
            return ops.log_softmax(logits)
        return logits

    def scores(self, data):
        """Scores transformed vectors: float [B, P, V]."""
        return self.embedding_layer(data, reverse=True)

    def compute_output_spec(self, sequence_data, masked_positions=None):
        scored = sequence_data.shape[:2]
        if masked_positions is not None:
            scored = masked_positions.shape
        shape = (*scored, self.embedding_layer.vocab_size)
        return keras.KerasTensor(shape, dtype="float32")
