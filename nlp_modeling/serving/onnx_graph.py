"""Writes an encoder and a head as a graph of ONNX Runtime."""

import keras
import numpy as np

from nlp_modeling import layers, networks

# Shapes: B batch, S sequence, H hidden, C classes.

_OPSET = 20
_INDEX = np.array([1], "int64")
# The operators of ONNX Runtime in which a layer of BERT is few nodes.
_FUSED = "com.microsoft"
_ACTIVATIONS = {"gelu": "BiasGelu", "approximate_gelu": "FastGelu"}


class OnnxGraph:
    """Writes an encoder as a graph, node after node.

    The inputs are `input_word_ids`, `input_mask` and `input_type_ids`, int32
    [B, S] with any B and S. Layers are the fused operators of ONNX Runtime
    (`com.microsoft`), which its own optimizer makes of a graph of PyTorch:
    https://onnxruntime.ai/docs/performance/transformers-optimization.html

    Args:
        encoder: A `TransformerEncoder` or an `AlbertEncoder` of BERT's parts.

    Raises:
        ImportError: If `onnx` is not installed.
        ValueError: If a part of the encoder has no operator.
    """

    def __init__(self, encoder):
        import onnx

        self._onnx = onnx
        self._encoder = encoder
        self._nodes, self._values = [], {}
        self._weights = {
            path: keras.ops.convert_to_numpy(weight).astype("float32")
            for path, weight in encoder.weights_by_path().items()
        }
        _require_known(encoder)

    def node(self, operator, *inputs, count=1, domain="", **attributes):
        """Adds a node, and gives the name of its first output."""
        name = f"{operator}_{len(self._nodes)}"
        outputs = [name, *(f"{name}_{i}" for i in range(1, count))]
        self._nodes.append(
            self._onnx.helper.make_node(
                operator, inputs, outputs, name, domain=domain, **attributes
            )
        )
        return name

    def constant(self, name, value):
        """Adds a constant, and gives its name."""
        self._values[name] = self._onnx.numpy_helper.from_array(
            np.ascontiguousarray(value), name
        )
        return name

    def dense(self, data, kernel, bias):
        """Multiplies by a kernel [inputs, outputs], and adds a bias."""
        name = f"dense_{len(self._nodes)}"
        product = self.node(
            "MatMul", data, self.constant(f"{name}/kernel", kernel)
        )
        return self.node("Add", product, self.constant(f"{name}/bias", bias))

    def sequence_output(self):
        """Encodes all positions: float [B, S, H]."""
        data = self._embeddings()
        for layer in self._layer_names():
            data = self._layer(data, layer)
        return data

    def first_output(self):
        """Encodes the first position alone: float [B, H]."""
        data = self._embeddings()
        *before, last = self._layer_names()
        for layer in before:
            data = self._layer(data, layer)
        first = self._layer(data, last, first_only=True)
        return self.node("Squeeze", first, self.constant("axis", _INDEX))

    def pooled_output(self):
        """Pools the first position: float [B, H]."""
        kernel, bias = self._dense("pooler_transform/")
        return self.node("Tanh", self.dense(self.first_output(), kernel, bias))

    def mean_output(self):
        """Gives the mean of the positions that are no padding: float [B, H]."""
        axis = self.constant("axis", _INDEX)
        mask = self.node("Cast", "input_mask", to=self._onnx.TensorProto.FLOAT)
        columns = self.node("Unsqueeze", mask, self.constant("last", -_INDEX))
        masked = self.node("Mul", self.sequence_output(), columns)
        total = self.node("ReduceSum", masked, axis, keepdims=0)
        count = self.node("ReduceSum", mask, axis, keepdims=1)
        return self.node("Div", total, count)

    def model(self, node, name, shape):
        """Makes the model of one output, the result of a node.

        Args:
            node: The node.
            name: The name of the output.
            shape: Its shape, with names of open axes.

        Returns:
            `onnx.ModelProto`.
        """
        helper, types = self._onnx.helper, self._onnx.TensorProto
        self._nodes.append(helper.make_node("Identity", [node], [name]))
        graph = helper.make_graph(
            self._nodes,
            "nlp_modeling",
            [
                helper.make_tensor_value_info(
                    name, types.INT32, ["batch", "sequence"]
                )
                for name in ("input_word_ids", "input_mask", "input_type_ids")
            ],
            [helper.make_tensor_value_info(name, types.FLOAT, shape)],
            list(self._values.values()),
        )
        opsets = [
            helper.make_opsetid("", _OPSET),
            helper.make_opsetid(_FUSED, 1),
        ]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def _layer_names(self):
        # A shared layer is listed several times.
        return [layer.name for layer in self._encoder.transformer_layers]

    def _weight(self, path):
        return self.constant(path, self._weights[path])

    def _dense(self, path):
        return self._weights[f"{path}kernel"], self._weights[f"{path}bias"]

    def _embeddings(self):
        data = self.node(
            "EmbedLayerNormalization",
            "input_word_ids",
            "input_type_ids",
            self._weight("word_embeddings/embeddings"),
            self._weight("position_embedding/embeddings"),
            self._weight("type_embeddings/embeddings"),
            self._weight("embeddings_norm/gamma"),
            self._weight("embeddings_norm/beta"),
            count=2,
            domain=_FUSED,
            epsilon=self._encoder.get_layer("embeddings_norm").epsilon,
        )
        if "embedding_projection/kernel" in self._weights:
            data = self.dense(data, *self._dense("embedding_projection/"))
        return data

    def _layer(self, data, layer, first_only=False):
        """Applies a layer to all positions, or gives the first one alone."""
        if first_only:
            attended, data = self._attend_from_first(data, layer)
        else:
            attended = self.node(
                "Attention",
                data,
                self._weight(f"{layer}/attention/qkv_kernel"),
                self._weight(f"{layer}/attention/qkv_bias"),
                "input_mask",
                domain=_FUSED,
                num_heads=self._heads,
            )
        data = self._residual(
            attended,
            data,
            f"{layer}/attention/output_",
            f"{layer}/attention_norm/",
        )
        kernel = self._weight(f"{layer}/feed_forward/inner/kernel")
        inner = self.node(
            _ACTIVATIONS[self._activation],
            self.node("MatMul", data, kernel),
            self._weight(f"{layer}/feed_forward/inner/bias"),
            domain=_FUSED,
        )
        return self._residual(
            inner,
            data,
            f"{layer}/feed_forward/output/",
            f"{layer}/output_norm/",
        )

    def _attend_from_first(self, data, layer):
        """Lets the first position alone ask: float [B, 1, H], and itself."""
        kernels = np.split(
            self._weights[f"{layer}/attention/qkv_kernel"], 3, axis=-1
        )
        zero, one = (
            self.constant(f"range_{i}", np.array([i], "int64")) for i in (0, 1)
        )
        first = self.node("Slice", data, zero, one, one)
        query, key, value = (
            self.node("MatMul", x, self.constant(f"{layer}/{i}", kernel))
            for i, (x, kernel) in enumerate(
                zip((first, data, data), kernels, strict=True)
            )
        )
        attended = self.node(
            "MultiHeadAttention",
            query,
            key,
            value,
            self._weight(f"{layer}/attention/qkv_bias"),
            "input_mask",
            domain=_FUSED,
            num_heads=self._heads,
        )
        return attended, first

    def _residual(self, part, data, dense, norm):
        """Projects a part's output, adds the input and normalizes."""
        kernel = self._weight(f"{dense}kernel")
        return self.node(
            "SkipLayerNormalization",
            self.node("MatMul", part, kernel),
            data,
            self._weight(f"{norm}gamma"),
            self._weight(f"{norm}beta"),
            self._weight(f"{dense}bias"),
            domain=_FUSED,
            epsilon=self._encoder.transformer_layers[0].norm_epsilon,
        )

    @property
    def _heads(self):
        return self._encoder.transformer_layers[0].num_attention_heads

    @property
    def _activation(self):
        return self._encoder.transformer_layers[0].inner_activation.__name__


def _require_known(encoder):
    """Refuses an encoder that has other parts than BERT."""
    block = encoder.transformer_layers[0]
    activation = getattr(block, "inner_activation", None)
    parts = {
        "encoder": type(encoder).__name__,
        "block": type(block).__name__,
        "norm_first": getattr(block, "norm_first", None),
        "activation": getattr(activation, "__name__", None),
        "pooler": getattr(encoder.pooler_layer, "activation", None),
        "final_norm": encoder.final_norm,
        "max_length": encoder.max_length,
    }
    if (
        type(encoder)
        not in (networks.TransformerEncoder, networks.AlbertEncoder)
        or type(block) is not layers.TransformerEncoderBlock
        or block.norm_first
        or parts["activation"] not in _ACTIVATIONS
        or parts["pooler"] is not keras.activations.tanh
        or encoder.final_norm is not None
        or encoder.max_length is None
    ):
        named = ", ".join(f"{name}={part}" for name, part in parts.items())
        raise ValueError(
            "An encoder for ONNX must have BERT's parts: learned positions, "
            "the norm after each part, GELU, and tanh in the pooler. "
            f"Received: {named}."
        )
