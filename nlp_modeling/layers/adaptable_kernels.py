"""Multiplies by kernels that LoRA can adapt and 8-bit integers can hold."""

import keras
from keras import ops

from nlp_modeling import keras_internals
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.int8_matmul import int8_matmul
from nlp_modeling.layers.require import require_finite, require_positive

# Shapes: R rows, I inputs, P matrices of a kernel, O outputs of each, K rank.


class AdaptableKernels(keras_internals.QuantizesItself):
    """Multiplies by kernels that LoRA can adapt and 8-bit integers can hold.

    This is a mixin of a layer. `_MATRICES` lists the kernels by name, each with
    P: a kernel is P weight matrices side by side. A kernel `<name>_kernel` is
    float [I, P x O], and `<name>_bias` float [P x O], which a layer may lack.

    An adapted layer saves its kernels with the adapter in them, as Keras's
    `Dense` does. A layer that loads weights starts a new adapter.

    References:
        LoRA, section 4: https://arxiv.org/abs/2106.09685
        LLM.int8(), section 3.1: https://arxiv.org/abs/2208.07339
    """

    _MATRICES = {}
    lora_enabled = False
    lora_rank = None
    lora_alpha = None
    quantization_config = None

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer="he_uniform",
        b_initializer="zeros",
    ) -> None:
        """Freezes the kernels, and adds a product of two matrices to each.

        Each of the P matrices of a kernel has a product of its own, since the
        paper adapts queries, keys and values as separate matrices. The weights
        are `<name>_lora_a` float32 [I, P x K] and `<name>_lora_b` float32
        [K, P x O]. Biases stay trainable.

        Args:
            rank: K.
            lora_alpha: The products are multiplied by `lora_alpha / rank`; None
                for `rank`.
            a_initializer: Draws the first matrix of a product.
            b_initializer: Draws the second one.

        Raises:
            ValueError: If the layer is not built or adapted already, `rank` is
                not positive, or `lora_alpha` not finite.
        """
        require_positive(rank=rank)
        require_finite(lora_alpha=rank if lora_alpha is None else lora_alpha)
        if not self.built or self.lora_enabled:
            raise ValueError(
                "A layer must be built, and adapted only once. Received: "
                f"name={self.name!r}, built={self.built}, "
                f"lora_enabled={self.lora_enabled}."
            )
        with keras_internals.unlocked(self):
            for name, matrices in self._MATRICES.items():
                kernel = getattr(self, f"{name}_kernel")
                kernel.trainable = False
                inputs, outputs = kernel.shape
                for end, shape, initializer in (
                    ("lora_a", (inputs, matrices * rank), a_initializer),
                    ("lora_b", (rank, outputs), b_initializer),
                ):
                    weight = self.add_weight(
                        name=f"{name}_{end}",
                        shape=shape,
                        initializer=fresh_initializer(initializer),
                        dtype="float32",
                    )
                    setattr(self, f"{name}_{end}", weight)
        self.lora_enabled = True
        self.lora_rank = rank
        self.lora_alpha = rank if lora_alpha is None else lora_alpha

    def quantized_call(self, *args, **kwargs):
        return self.call(*args, **kwargs)

    def _project(self, name, rows, first=0, last=None):
        """Projects float [R, I] by the matrices from `first` up to `last`."""
        matrices = self._MATRICES[name]
        last = matrices if last is None else last

        def wanted(end):
            weight = getattr(self, f"{name}_{end}")
            if last - first == matrices:
                return weight
            width = weight.shape[-1] // matrices
            return weight[..., first * width : last * width]

        if self.quantization_mode is None:
            projected = ops.matmul(rows, wanted("kernel"))
        else:
            quantizer = self.inputs_quantizer
            projected = int8_matmul(
                rows, wanted("kernel"), wanted("kernel_scale"), quantizer
            )
        if hasattr(self, f"{name}_bias"):
            projected = ops.add(projected, wanted("bias"))
        if self.lora_enabled:
            projected = projected + self._product(
                rows, wanted("lora_a"), wanted("lora_b"), last - first
            )
        return projected

    def _product(self, rows, a, b, matrices):
        """Multiplies float [R, I] by A and B of each matrix: [R, P x O]."""
        low = ops.matmul(rows, a) * (self.lora_alpha / self.lora_rank)
        if matrices == 1:
            return ops.matmul(low, b)
        pairs = zip(
            ops.split(low, matrices, axis=-1),
            ops.split(ops.convert_to_tensor(b), matrices, axis=-1),
            strict=True,
        )
        return ops.concatenate([ops.matmul(x, y) for x, y in pairs], axis=-1)

    def _quantize(self, mode, config=None):
        """Puts 8-bit integers and a scale for each output into the kernels."""
        if mode != "int8":
            raise NotImplementedError(
                f'{type(self).__name__} must be quantized to "int8". '
                f"Received: {mode=}."
            )
        self.quantization_config = config
        default = keras.quantizers.AbsMaxQuantizer()
        self.inputs_quantizer = (
            keras.quantizers.QuantizationConfig.activation_quantizer_or_default(
                config, default
            )
        )
        for name in self._MATRICES:
            integers, scale = self._quantized(getattr(self, f"{name}_kernel"))
            keras_internals.remove_weight(self, f"{name}_kernel")
            for end, values, dtype in (
                ("kernel", integers, "int8"),
                ("kernel_scale", scale, None),
            ):
                weight = self.add_weight(
                    name=f"{name}_{end}",
                    shape=values.shape,
                    initializer="zeros",
                    dtype=dtype,
                    trainable=False,
                )
                weight.assign(values)
                setattr(self, f"{name}_{end}", weight)
        keras_internals.set_quantized(self, "int8")

    def _quantized(self, kernel):
        """Gives the integers [I, P x O] and the scale [P x O] of a kernel."""
        default = keras.quantizers.AbsMaxQuantizer(axis=0)
        quantizer = (
            keras.quantizers.QuantizationConfig.weight_quantizer_or_default(
                self.quantization_config, default
            )
        )
        integers, scale = quantizer(kernel, to_numpy=True)
        return integers, ops.squeeze(scale, 0)

    def save_own_variables(self, store):
        if not self.lora_enabled and self.quantization_mode is None:
            super().save_own_variables(store)
            return
        for index, value in enumerate(self._saved().values()):
            store[str(index)] = value

    def load_own_variables(self, store):
        if not self.lora_enabled and self.quantization_mode is None:
            super().load_own_variables(store)
            return
        names = list(self._saved())
        if len(store.keys()) != len(names):
            raise ValueError(
                f"A file must have the weights {names} of {self.path}. "
                f"Received: {len(store.keys())} weights."
            )
        for index, name in enumerate(names):
            getattr(self, name).assign(store[str(index)])
        if self.lora_enabled:
            for name in self._MATRICES:
                weight = getattr(self, f"{name}_lora_b")
                weight.assign(ops.zeros(weight.shape))

    def _saved(self):
        """Gives the weights as they are saved, with the adapter in them."""
        saved, scales = {}, {}
        for name in self._MATRICES:
            kernel, scale = self._merged(name)
            saved[f"{name}_kernel"] = kernel
            if hasattr(self, f"{name}_bias"):
                saved[f"{name}_bias"] = getattr(self, f"{name}_bias")
            if scale is not None:
                scales[f"{name}_kernel_scale"] = scale
        return saved | scales

    def _merged(self, name):
        kernel = getattr(self, f"{name}_kernel")
        scale = getattr(self, f"{name}_kernel_scale", None)
        if not self.lora_enabled:
            return kernel, scale
        a, b = (getattr(self, f"{name}_lora_{end}") for end in "ab")
        product = self._product(ops.eye(a.shape[0]), a, b, self._MATRICES[name])
        if scale is None:
            return ops.cast(kernel + product, kernel.dtype), None
        return self._quantized(ops.cast(kernel, "float32") / scale + product)
