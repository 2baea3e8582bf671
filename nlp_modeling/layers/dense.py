"""Projects the last axis, and adapts at the cost of the adapter."""

import types

import keras
from keras import ops

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import require_finite, require_positive

# Shapes: I inputs, O outputs, K rank.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class Dense(keras.layers.Dense):
    """Projects the last axis as Keras's layer does, and adapts it for less.

    Keras's layer adds the product of the adapter to its kernel in each call,
    and computes the gradient of the whole kernel to get the adapter's. This
    layer multiplies by the adapter alone. It saves a kernel with the adapter in
    it in the kernel's own precision, and Keras's in that of the call. After
    weights are loaded, this adapter still learns. Keras's does not, since both
    of its matrices are zeros.

    Reference:
        LoRA, section 4: https://arxiv.org/abs/2106.09685

    Args:
        *args: As Keras's layer takes them.
        **kwargs: As Keras's layer takes them.

    Call arguments:
        inputs: float [..., I].

    Returns:
        float [..., O].
    """

    _frozen = None

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer="he_uniform",
        b_initializer="zeros",
    ) -> None:
        """Freezes the kernel, and adds `lora_kernel_a` and `lora_kernel_b`.

        Args:
            rank: K.
            lora_alpha: The product is multiplied by `lora_alpha / rank`; None
                for `rank`.
            a_initializer: Draws `lora_kernel_a` float32 [I, K].
            b_initializer: Draws `lora_kernel_b` float32 [K, O].

        Raises:
            ValueError: If `rank` is not positive, `lora_alpha` is not finite,
                or Keras cannot adapt the layer.
        """
        require_positive(rank=rank)
        require_finite(lora_alpha=rank if lora_alpha is None else lora_alpha)
        kernel = self.kernel  # Later this is the kernel with the adapter.
        super().enable_lora(
            rank,
            lora_alpha,
            fresh_initializer(a_initializer),
            fresh_initializer(b_initializer),
        )
        # A namespace, since Keras would track the kernel twice.
        self._frozen = types.SimpleNamespace(kernel=kernel)

    def call(self, inputs, training=None):
        if not self.lora_enabled:
            return super().call(inputs, training)
        projected = ops.matmul(inputs, self._frozen.kernel)
        if self.bias is not None:
            projected = ops.add(projected, self.bias)
        low = ops.matmul(inputs, self.lora_kernel_a) * self._lora_scale
        projected = projected + ops.matmul(low, self.lora_kernel_b)
        return self.activation(projected)

    def quantize(self, mode=None, type_check=True, config=None) -> None:
        # Keras refuses subclasses, which may compute something else.
        super().quantize(mode, type_check=False, config=config)
        self._frozen = None

    def save_own_variables(self, store):
        if not self.lora_enabled or self.quantization_mode is not None:
            super().save_own_variables(store)
            return
        kernel = self._frozen.kernel
        product = ops.matmul(self.lora_kernel_a, self.lora_kernel_b)
        merged = kernel + product * self._lora_scale
        store["0"] = ops.cast(merged, kernel.dtype)
        if self.bias is not None:
            store["1"] = self.bias

    def load_own_variables(self, store):
        drawn = self.lora_enabled and ops.copy(self.lora_kernel_a)
        super().load_own_variables(store)
        if self.lora_enabled:
            self.lora_kernel_a.assign(drawn)

    @property
    def _lora_scale(self):
        return self.lora_alpha / self.lora_rank
