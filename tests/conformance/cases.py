"""Makes one small model of every public class.

A case is a function of a dtype policy that makes a functional model, and the
features that the model is called with.
"""

import functools

import keras
import numpy as np

from nlp_modeling import layers, models, networks

# Shapes: B batch, S sequence, H hidden, V vocabulary.
B, S, H, V = 3, 6, 8, 20
RNG = np.random.default_rng(3)
DATA = RNG.normal(size=(B, S, H)).astype("float32")
IDS = RNG.integers(0, V, (B, S)).astype("int32")
# A row of padding only stands among them.
MASK = np.array([[1] * S, [1, 1, 1, 0, 0, 0], [0] * S], "int32")
TYPES = RNG.integers(0, 2, (B, S)).astype("int32")
POSITIONS = np.array([[0, 2], [1, 0], [3, 5]], "int32")
ENCODING = {
    "input_word_ids": IDS,
    "input_mask": MASK,
    "input_type_ids": TYPES,
}
MASKS = {
    "masked_lm_positions": POSITIONS,
    "masked_lm_ids": RNG.integers(0, V, POSITIONS.shape).astype("int32"),
    "masked_lm_weights": np.array([[1, 1], [1, 0], [1, 1]], "float32"),
}
GENERATOR = {
    "hidden_size": 4,
    "num_layers": 1,
    "num_attention_heads": 1,
    "intermediate_size": 6,
    "max_sequence_length": S,
}
ATTENTION = {
    "data": DATA,
    "mask": np.repeat(MASK[:, None], S, axis=1).astype("float32"),
}


def of_layer(make_layer, features, call=lambda layer, *inputs: layer(*inputs)):
    """A case of a layer that `call` calls with the features in order."""

    def make(dtype):
        inputs = {
            name: keras.Input(x.shape[1:], dtype=str(x.dtype), name=name)
            for name, x in features.items()
        }
        return keras.Model(inputs, call(make_layer(dtype), *inputs.values()))

    return make, features


def encoder(dtype=None, **arguments):
    sizes = {
        "hidden_size": H,
        "num_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 12,
        "sequence_length": S,
    }
    return networks.TransformerEncoder(V, dtype=dtype, **sizes | arguments)


def albert(dtype=None, **arguments):
    return networks.AlbertEncoder(
        V, 4, H, 2, 2, S, intermediate_size=12, dtype=dtype, **arguments
    )


def modern_bert(dtype=None, **arguments):
    sizes = {"num_layers": 3, "intermediate_size": 12, "window": 2}
    return networks.ModernBertEncoder(
        V, H, num_attention_heads=2, dtype=dtype, **sizes | arguments
    )


def mobile_bert(dtype=None, **arguments):
    sizes = {"num_layers": 2, "num_attention_heads": 2, "intermediate_size": 12}
    sizes |= {"intra_bottleneck_size": 6, "sequence_length": S}
    return networks.MobileBertEncoder(V, 4, H, dtype=dtype, **sizes | arguments)


@keras.saving.register_keras_serializable(package="tests")
def embedding_network(dtype=None):
    """Words and their positions, and a mask: no segments."""
    words = keras.Input((S,), dtype="int32", name="input_word_ids")
    mask = keras.Input((S,), dtype="int32", name="input_mask")
    data = layers.OnDeviceEmbedding(V, H, dtype=dtype, name="word_embeddings")(
        words
    )
    data = data + layers.PositionEmbedding(S, dtype=dtype)(data)
    attention = layers.SelfAttentionMask(dtype=dtype)([data, mask])
    return keras.Model([words, mask], [data, attention])


@keras.saving.register_keras_serializable(package="tests")
class OwnLayer(keras.layers.Layer):
    """A layer of somebody's own, which takes data and mask alone."""

    def build(self, shapes):
        self.scale = self.add_weight(name="scale", shape=(H,))

    def call(self, inputs):
        data, mask = inputs
        return keras.ops.matmul(mask, data) * self.scale

    def compute_output_shape(self, shapes):
        return shapes[0]


def scaffold(dtype=None, **arguments):
    hidden = {
        "hidden_cfg": {
            "num_attention_heads": 2,
            "inner_dim": 12,
            "inner_activation": "relu",
            "dtype": dtype,
        }
    }
    return networks.EncoderScaffold(
        pooled_output_dim=5,
        embedding_cls=embedding_network,
        embedding_cfg={"dtype": dtype},
        num_hidden_instances=2,
        dtype=dtype,
        **hidden | arguments,
    )


def own_layers(dtype=None):
    return scaffold(dtype, hidden_cls=OwnLayer, hidden_cfg={"dtype": dtype})


def block(dtype, **arguments):
    return layers.TransformerEncoderBlock(
        2, 12, "gelu", output_dropout=0.1, dtype=dtype, **arguments
    )


def masked_lm(dtype):
    """Words, looked up and scored with one table."""
    words = keras.Input((S,), dtype="int32", name="input_word_ids")
    positions = keras.Input((2,), dtype="int32", name="positions")
    table = layers.OnDeviceEmbedding(V, H, dtype=dtype)
    scores = layers.MaskedLM(table, "relu", dtype=dtype, name="masked_lm")
    return keras.Model([words, positions], scores(table(words), positions))


def wide_masked_lm(dtype):
    """Scores by vectors that are wider than the words'."""
    words = keras.Input((S,), dtype="int32", name="input_word_ids")
    positions = keras.Input((2,), dtype="int32", name="positions")
    table = layers.OnDeviceEmbedding(V, 3, dtype=dtype)
    wide = layers.TrigramTransform(H, dtype=dtype)(table(words))
    scores = layers.WideMaskedLM(table, "relu", dtype=dtype, name="masked_lm")
    return keras.Model([words, positions], scores(wide, positions))


def of_model(make_model, **more_features):
    return lambda dtype: make_model(encoder(dtype)), ENCODING | more_features


def _listed(layer, *inputs):
    return layer(list(inputs))


CASES = {
    "OnDeviceEmbedding": of_layer(
        lambda dtype: layers.OnDeviceEmbedding(V, H, dtype=dtype),
        {"ids": IDS},
    ),
    "OnDeviceEmbedding, one-hot and scaled": of_layer(
        lambda dtype: layers.OnDeviceEmbedding(
            V, H, use_one_hot=True, scale_factor=2.0, dtype=dtype
        ),
        {"ids": IDS},
    ),
    "TokenAndPositionEmbedding": of_layer(
        lambda dtype: layers.TokenAndPositionEmbedding(
            V, S + 1, H, dtype=dtype
        ),
        {"ids": IDS},
    ),
    "PositionEmbedding": of_layer(
        lambda dtype: layers.PositionEmbedding(S + 1, dtype=dtype),
        {"data": DATA},
        lambda layer, data: data + layer(data),
    ),
    "SelfAttentionMask": of_layer(
        lambda dtype: layers.SelfAttentionMask(dtype=dtype),
        {"data": DATA, "mask": MASK},
        _listed,
    ),
    "Dropout": of_layer(
        lambda dtype: layers.Dropout(0.1, dtype=dtype), {"data": DATA}
    ),
    "SelfAttention": of_layer(
        lambda dtype: layers.SelfAttention(2, 0.1, dtype=dtype), ATTENTION
    ),
    "SelfAttention, rotated, local and without biases": of_layer(
        lambda dtype: layers.SelfAttention(
            2, use_bias=False, rope_theta=100.0, window=4, dtype=dtype
        ),
        ATTENTION,
    ),
    "FeedForward": of_layer(
        lambda dtype: layers.FeedForward(12, "gelu", 0.1, dtype=dtype),
        {"data": DATA},
    ),
    "GatedFeedForward": of_layer(
        lambda dtype: layers.GatedFeedForward(
            12, "silu", 0.1, use_bias=False, dtype=dtype
        ),
        {"data": DATA},
    ),
    "NormalizedTransform": of_layer(
        lambda dtype: layers.NormalizedTransform(dtype=dtype), {"data": DATA}
    ),
    "TransformerEncoderBlock": of_layer(block, ATTENTION, _listed),
    "TransformerEncoderBlock, pre-norm, first positions": of_layer(
        functools.partial(block, norm_first=True, output_range=2),
        ATTENTION,
        _listed,
    ),
    "TransformerEncoderBlock, some positions": of_layer(
        block,
        ATTENTION | {"positions": POSITIONS},
        lambda layer, data, mask, positions: layer([data, mask], positions),
    ),
    "TransformerEncoderBlock, one tensor": of_layer(block, {"data": DATA}),
    "TransformerEncoderBlock, gated": of_layer(
        lambda dtype: block(
            dtype, feed_forward=layers.GatedFeedForward(12, "silu", dtype=dtype)
        ),
        ATTENTION,
        _listed,
    ),
    "EncoderBlock": of_layer(
        lambda dtype: layers.EncoderBlock(
            layers.SelfAttention(2, 0.1),
            layers.GatedFeedForward(12, "silu"),
            norm_first=True,
            dropout=0.1,
            dtype=dtype,
        ),
        ATTENTION | {"positions": POSITIONS},
        lambda layer, data, mask, positions: layer([data, mask], positions),
    ),
    "MaskedLM": (
        masked_lm,
        {"input_word_ids": IDS, "positions": POSITIONS},
    ),
    "WideMaskedLM": (
        wide_masked_lm,
        {"input_word_ids": IDS, "positions": POSITIONS},
    ),
    "NoNorm": of_layer(
        lambda dtype: layers.NoNorm(dtype=dtype), {"data": DATA}
    ),
    "TrigramTransform": of_layer(
        lambda dtype: layers.TrigramTransform(5, dtype=dtype), {"data": DATA}
    ),
    "BottleneckAttention": of_layer(
        lambda dtype: layers.BottleneckAttention(6, 2, 0.1, dtype=dtype),
        ATTENTION,
        lambda layer, data, mask: layer(data[..., :4], data, mask),
    ),
    "MobileBertBlock": of_layer(
        lambda dtype: layers.MobileBertBlock(
            2,
            12,
            intra_bottleneck_size=4,
            key_query_shared_bottleneck=False,
            normalization_type="layer_norm",
            dropout=0.1,
            dtype=dtype,
        ),
        ATTENTION,
        _listed,
    ),
    "ClassificationHead": of_layer(
        lambda dtype: layers.ClassificationHead(
            4, 3, dropout_rate=0.1, dtype=dtype
        ),
        {"data": DATA},
    ),
    "TransformerEncoder": (encoder, ENCODING),
    "TransformerEncoder, narrow, first positions": (
        functools.partial(encoder, embedding_width=4, output_range=2),
        ENCODING,
    ),
    "TransformerEncoder, named and of parts": (
        lambda dtype: encoder(
            dtype,
            name="generator",
            position_embedding=None,
            block=layers.EncoderBlock(
                layers.SelfAttention(2),
                layers.FeedForward(12, "gelu"),
                norm_first=True,
            ),
            final_norm=keras.layers.LayerNormalization(),
        ),
        ENCODING,
    ),
    "TransformerEncoder, any length": (
        functools.partial(encoder, sequence_length=None, max_sequence_length=S),
        ENCODING,
    ),
    "AlbertEncoder": (albert, ENCODING),
    "ModernBertEncoder": (
        modern_bert,
        {"input_word_ids": IDS, "input_mask": MASK},
    ),
    "ModernBertEncoder, other norms": (
        functools.partial(
            modern_bert,
            norm=keras.layers.RMSNormalization(),
            dropout_rate=0.1,
            sequence_length=S,
        ),
        {"input_word_ids": IDS, "input_mask": MASK},
    ),
    "ModernBertEncoder, its own pooler": (
        functools.partial(
            modern_bert, pooler_layer=layers.NormalizedTransform()
        ),
        {"input_word_ids": IDS, "input_mask": MASK},
    ),
    "MobileBertEncoder": (mobile_bert, ENCODING),
    "MobileBertEncoder, without a pooler": (
        functools.partial(
            mobile_bert,
            use_bottleneck_attention=True,
            normalization_type="layer_norm",
            classifier_activation=False,
            name="student",
        ),
        ENCODING,
    ),
    "EncoderScaffold": (
        scaffold,
        {"input_word_ids": IDS, "input_mask": MASK},
    ),
    "Classification": (
        lambda dtype: networks.Classification(H, 3, dtype=dtype),
        {"cls_output": DATA[:, 0]},
    ),
    "TokenClassification": (
        lambda dtype: networks.TokenClassification(
            H, 3, output="predictions", dtype=dtype
        ),
        {"sequence_data": DATA},
    ),
    "ReplacedTokenDetection": (
        lambda dtype: networks.ReplacedTokenDetection(H, dtype=dtype),
        {"sequence_data": DATA},
    ),
    "SpanLabeling": (
        lambda dtype: networks.SpanLabeling(
            H, output="predictions", dtype=dtype
        ),
        {"sequence_data": DATA},
    ),
    "BertPretrainer": of_model(
        functools.partial(models.BertPretrainer, num_token_predictions=2),
        masked_lm_positions=POSITIONS,
    ),
    "DrawWords": of_layer(
        lambda dtype: layers.DrawWords(dtype=dtype), {"logits": DATA}
    ),
    "ElectraPretrainer": of_model(
        lambda network: models.ElectraPretrainer(network, GENERATOR), **MASKS
    ),
    "BertPretrainer, custom layers": (
        lambda dtype: models.BertPretrainer(own_layers(dtype), num_classes=2),
        {
            "input_word_ids": IDS,
            "input_mask": MASK,
            "masked_lm_positions": POSITIONS,
        },
    ),
    "BertPretrainer, masked words alone": of_model(
        functools.partial(
            models.BertPretrainer, num_classes=None, output="predictions"
        ),
        masked_lm_positions=POSITIONS,
    ),
    "BertClassifier": of_model(
        functools.partial(models.BertClassifier, num_classes=3)
    ),
    "BertClassifier, of the mean": of_model(
        functools.partial(models.BertClassifier, num_classes=3, pooling="mean")
    ),
    "BertSpanLabeler": of_model(models.BertSpanLabeler),
    "BertTokenClassifier": of_model(
        functools.partial(models.BertTokenClassifier, num_classes=3)
    ),
    "ReplacedTokenDetector": of_model(models.ReplacedTokenDetector),
}
