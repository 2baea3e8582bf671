"""Serves a model as a function from strings to tensors."""

import keras
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.serving.frozen_call import frozen_call

# Shapes: B batch, W windows of all strings of a batch, S sequence.

# Windows that run through the encoder at once. A text of any length is cut
# into windows, and this number of them bounds the memory.
_WINDOWS = 32


class ServedModel:
    """Serves a model as a function from strings to tensors, in the graph.

    Strings are UTF-8, and the tokenizer drops any other bytes. Every string is
    served, also the empty one.

    Args:
        model: A model of `input_word_ids`, `input_mask` and `input_type_ids`.
        tokenizer: The tokenizer that the model was trained with.
        sequence_length: S, the number of word pieces, at most, of an input.

    Raises:
        ValueError: If the model takes no sequence of that length, if it knows
            fewer words than the tokenizer, or if Keras does not run on
            TensorFlow.
    """

    # Names of the strings that a call takes.
    inputs: tuple[str, ...] = ("text",)
    # Names of the tensors that a call gives, each with its description.
    outputs: dict[str, str] = {}
    # The classes that the model chooses from, by id.
    labels: tuple[str, ...] = ()

    def __init__(
        self,
        model: keras.Model,
        tokenizer: text.BertTokenizer | text.BytePairTokenizer,
        sequence_length: int,
    ):
        if keras.backend.backend() != "tensorflow":
            raise ValueError(
                "Serving needs Keras to run on TensorFlow. "
                f"Received: backend={keras.backend.backend()!r}."
            )
        encoder = getattr(model, "network", model)
        longest = encoder.max_length
        if longest is not None and sequence_length > longest:
            raise ValueError(
                "`sequence_length` must not be greater than the model's. "
                f"Received: {sequence_length=}, the model's={longest}."
            )
        known = encoder.get_embedding_layer().vocab_size
        if known < tokenizer.vocab_size:
            raise ValueError(
                "The model must know every word piece of the tokenizer. "
                f"Received: {known} of {tokenizer.vocab_size} pieces."
            )
        self.tokenizer = tokenizer
        self.sequence_length = sequence_length
        self.packer = text.SegmentPacker(
            sequence_length, tokenizer, ragged=True
        )
        self.model = model
        self._model = frozen_call(model)
        # A model of one length needs padding to this length.
        self._padded_length = model.input["input_word_ids"].shape[1]

    def __call__(self, *strings) -> dict:
        """Serves a batch, string [B] for each name in `inputs`.

        Returns:
            Dict of tensors [B, ...] by the names in `outputs`.
        """
        raise NotImplementedError

    @property
    def settings(self) -> dict:
        """Lists the settings of the preprocessing, for the model card."""
        settings = {"sequence_length": self.sequence_length}
        if isinstance(self.tokenizer, text.BertTokenizer):
            settings["lower_case"] = self.tokenizer.lower_case
            settings["strip_accents"] = self.tokenizer.strip_accents
        return settings

    def _features(self, segments):
        """Packs segments, ragged int32 [B, (T)] each, as the model reads them.

        A batch is as long as its longest sequence.
        """
        packed = self.packer(segments)
        length = self._padded_length
        if length is None:
            # At least one position, also for an empty batch.
            length = packed["input_mask"].bounding_shape(axis=1)
            length = tf.maximum(length, 1)
        padding = {"input_word_ids": self.tokenizer.pad_id}
        return {
            name: values.to_tensor(
                padding.get(name, 0), shape=tf.stack([-1, length])
            )
            for name, values in packed.items()
        }

    def _encode_windows(self, segments, size, read=lambda outputs: outputs):
        """Runs the model on segments [W, (T)], a few windows at a time.

        Gives float32 [W, S, size], made by `read` from the model's outputs.
        """
        features = self._features(segments)
        # An empty batch also runs once, for the shape of its result.
        num_windows = tf.maximum(tf.shape(features["input_word_ids"])[0], 1)

        def encode(start, encoded):
            rows = slice(start, start + _WINDOWS)
            outputs = self._model({k: v[rows] for k, v in features.items()})
            encoded = encoded.write(start // _WINDOWS, read(outputs))
            return start + _WINDOWS, encoded

        encoded = tf.TensorArray(
            tf.float32, size=0, dynamic_size=True, infer_shape=False
        )
        _, encoded = tf.while_loop(
            lambda start, _: start < num_windows, encode, [0, encoded]
        )
        return tf.ensure_shape(encoded.concat(), [None, None, size])
