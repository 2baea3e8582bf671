"""Adapts an encoder by LoRA."""

import types

import keras

from nlp_modeling import keras_internals
from nlp_modeling.layers.merge_lora import merge_lora
from nlp_modeling.networks.lora_file import (
    Adapter,
    read_lora_file,
    write_lora_file,
)


class LoraAdaptation:
    """Adapts an encoder by LoRA: trains small products beside its kernels.

    This is a mixin of `Encoder`. A model must be compiled after `enable_lora`,
    `load_lora_weights` and `merge_lora`, since these change its weights.

    `save_weights`, `save_to_preset` and `.keras` of an adapted encoder, or of a
    model on it, hold the kernels with the adapter in them, as Keras's `Dense`
    does. What they hold is loaded as an ordinary encoder. Loaded into an
    adapted encoder, these weights start a new adapter. Setting `trainable` of
    an adapted encoder to True trains its kernels too.

    Reference:
        LoRA: https://arxiv.org/abs/2106.09685
    """

    _frozen = types.SimpleNamespace(weights=())

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer="he_uniform",
        b_initializer="zeros",
    ) -> None:
        """Freezes the encoder, and adapts each kernel of its layers.

        Adapts every layer within `transformer_layers` that has `enable_lora`:
        attention and feed-forward. A layer that is shared is adapted once.
        Embeddings, norms, biases and the pooler are frozen, and the heads of a
        model are not. The outputs are the same at first, since the second
        matrix of each product is zeros.

        >>> encoder = networks.TransformerEncoder(
        ...     30522, 384, 6, 12, 128, intermediate_size=1536
        ... )
        >>> encoder.enable_lora(rank=8)
        >>> sum(np.prod(weight.shape) for weight in encoder.trainable_weights)
        np.int64(331776)

        Then compile and fit a model on it. `save_lora_weights` writes 1.3 MB
        for each task, and `load_lora_weights` reads them into the encoder.

        Args:
            rank: The rank of each product.
            lora_alpha: The products are multiplied by `lora_alpha / rank`; None
                for `rank`.
            a_initializer: Draws the first matrix of each product.
            b_initializer: Draws the second one.

        Raises:
            ValueError: If `rank` is not positive, `lora_alpha` is not finite,
                the encoder is adapted already, or has no layer to adapt.
        """
        layers = self._adaptable()
        adapted = [layer.path for layer in layers if layer.lora_enabled]
        if adapted or not layers:
            raise ValueError(
                "An encoder must have layers with `enable_lora`, adapted only "
                f"once. Received: {len(layers)} layers, adapted={adapted[:3]}."
            )
        weights = [w for w in self.weights if w.trainable]
        for layer in layers:
            layer.enable_lora(rank, lora_alpha, a_initializer, b_initializer)
        for weight in weights:
            weight.trainable = False
        self._frozen = types.SimpleNamespace(weights=weights)
        self._forget_functions()

    def merge_lora(self) -> None:
        """Adds the adapter to the kernels, and removes it.

        The outputs stay the same, and what was frozen is trained again.

        Raises:
            ValueError: If the encoder is not adapted.
        """
        for layer in self._adapted():
            merge_lora(layer)
        for weight in self._frozen.weights:
            weight.trainable = True
        self._frozen = types.SimpleNamespace(weights=())
        self._forget_functions()

    def save_lora_weights(self, path: str) -> None:
        """Writes the adapter alone.

        The file is HDF5: attributes `rank` and `alpha`, and each weight at its
        path in the encoder, whatever the encoder's name.

        Args:
            path: Ends in `.lora.h5`.

        Raises:
            ValueError: If the encoder is not adapted, or `path` ends in
                something else.
        """
        layer = self._adapted()[0]
        weights = {
            name: keras.ops.convert_to_numpy(weight)
            for name, weight in self._lora_weights().items()
        }
        adapter = Adapter(layer.lora_rank, layer.lora_alpha, weights)
        write_lora_file(path, adapter)

    def load_lora_weights(self, path: str) -> None:
        """Reads an adapter; adapts the encoder first, if it is not adapted.

        Args:
            path: A file that `save_lora_weights` wrote, with the same kernels
                in the encoder.

        Raises:
            ValueError: If the file is missing or damaged, or its rank, alpha or
                weights are not of this encoder. Names what is wrong.
        """
        adapter = read_lora_file(path)
        new = not any(layer.lora_enabled for layer in self._adaptable())
        if new:
            self.enable_lora(adapter.rank, adapter.alpha)
        try:
            self._require_mine(adapter, path)
        except ValueError:
            if new:
                self.merge_lora()  # Of zeros: the kernels stay as they were.
            raise
        for name, weight in self._lora_weights().items():
            weight.assign(adapter.weights[name])

    def _require_mine(self, adapter, path):
        layer = self._adapted()[0]
        own = {"rank": layer.lora_rank, "alpha": layer.lora_alpha}
        found = {"rank": adapter.rank, "alpha": adapter.alpha}
        if found != own:
            raise ValueError(
                f"An adapter must be of {own}, as the encoder's is. "
                f"Received: {path} of {found}."
            )
        weights = self._lora_weights()
        for names, word in (
            (weights.keys() - adapter.weights.keys(), "without"),
            (adapter.weights.keys() - weights.keys(), "with"),
        ):
            if names:
                raise ValueError(
                    "An adapter must have the weights of the encoder's. "
                    f"Received: {path} {word} {sorted(names)}."
                )
        for name, weight in weights.items():
            shape = adapter.weights[name].shape
            if shape != tuple(weight.shape):
                raise ValueError(
                    f"{name} must have the shape {tuple(weight.shape)}. "
                    f"Received: {path}: {shape=}."
                )

    def _adaptable(self):
        """Lists the layers with `enable_lora`, each once."""
        found = {}
        for block in self.transformer_layers:
            for layer in [block, *keras_internals.all_layers(block)]:
                if hasattr(layer, "enable_lora"):
                    found[id(layer)] = layer
        return list(found.values())

    def _adapted(self):
        adapted = [layer for layer in self._adaptable() if layer.lora_enabled]
        if not adapted:
            raise ValueError(
                "The encoder must be adapted, by `enable_lora` or "
                f"`load_lora_weights`. Received: {self.name!r}."
            )
        return adapted

    def _lora_weights(self):
        """Gives the weights of the adapter by their paths in the encoder."""
        return {
            path: weight
            for path, weight in self.weights_by_path().items()
            if "lora" in weight.name
        }

    def _forget_functions(self):
        """Lets Keras trace the functions of the encoder again."""
        self.train_function = self.test_function = self.predict_function = None
