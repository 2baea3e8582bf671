"""What every served model is: strings in, tensors out."""

import keras
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.serving.frozen_call import frozen_call

# Shapes: B batch, W windows of all strings of a batch, S sequence.

# Windows that run through the encoder at once. A text of any length is cut
# into windows; this many of 384 positions bound the memory that it takes.
_WINDOWS = 32


class ServedModel:
    """What every served model is: a function of strings, in the graph.

    Strings are UTF-8; bytes that are not are dropped by the tokenizer. Any
    string is served, the empty one too.

    Args:
        model: Takes `input_word_ids`, `input_mask` and `input_type_ids`.
        tokenizer: What the model was trained with.
        sequence_length: S, the most word pieces that the model is given.

    Raises:
        ValueError: If the model takes no sequence of that length, or knows
            fewer words than the tokenizer, or Keras does not run on TensorFlow.
    """

    # Names of the strings that a call takes.
    inputs: tuple[str, ...] = ("text",)
    # What a call gives: names, and what each holds.
    outputs: dict[str, str] = {}
    # The classes among which the model chooses, by id.
    labels: tuple[str, ...] = ()

    def __init__(
        self,
        model: keras.Model,
        tokenizer: text.BertTokenizer,
        sequence_length: int,
    ):
        if keras.backend.backend() != "tensorflow":
            raise ValueError(
                "A model is served by TensorFlow: Keras must run on it. "
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
        self._model = frozen_call(model)
        # A model of one length wants padding up to it.
        self._padded_length = model.input["input_word_ids"].shape[1]

    def __call__(self, *strings) -> dict:
        """Serves a batch: for each of `inputs`, string [B].

        Returns:
            Dict of tensors [B, ...] by the names in `outputs`.
        """
        raise NotImplementedError

    @property
    def settings(self) -> dict:
        """What decides the answers beside the weights, for the model card."""
        return {
            "sequence_length": self.sequence_length,
            "lower_case": self.tokenizer.lower_case,
        }

    def _features(self, segments):
        """Packs segments, ragged int32 [B, (T)] each, as the model reads them.

        A batch is as long as its longest sequence.
        """
        packed = self.packer(segments)
        length = self._padded_length
        if length is None:
            # One position at least, also of an empty batch.
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

        Gives float32 [W, S, size], what `read` makes of the model's outputs.
        """
        features = self._features(segments)
        # An empty batch runs once too: its result has a shape.
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
