"""Turns texts, or pairs of texts, into the features of BERT."""

from collections.abc import Sequence

import keras

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer
from nlp_modeling.text.lazy_tensorflow import is_tensor, tf
from nlp_modeling.text.packed_rows import PackedRows, pack_rows
from nlp_modeling.text.preprocessor import Preprocessor
from nlp_modeling.text.segment_packer import SegmentPacker
from nlp_modeling.text.text_columns import text_columns

# Shapes: B batch, S sequence.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertPreprocessor(Preprocessor):
    """Turns texts, or pairs of texts, into the features of BERT.

    `dataset.map(preprocessor)` takes the elements `x`, `(x, y)` and
    `(x, y, sample_weight)` of a `tf.data.Dataset`, batched or not; of a
    `BytePairTokenizer`, a call takes Python's strings alone.

    >>> tokenizer = text.BertTokenizer(
    ...     ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    ... )
    >>> features = text.BertPreprocessor(tokenizer, 6)(["good", "bad bad"])
    >>> np.array(features["input_word_ids"]).tolist()
    [[2, 5, 3, 0, 0, 0], [2, 6, 6, 3, 0, 0]]

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        tokenizer: The tokenizer that the model was trained with.
        sequence_length: S, the number of places, special tokens included.
        truncation: "longest_first" or "per_segment", see `SegmentPacker`.

    Call arguments:
        x: A text or B texts: strings, lists, arrays, string tensors [B] or [].
            A tuple of two of these is a text pair or B pairs, and so is a list
            of B tuples.
        y: Labels, which stay as they are; None for none.
        sample_weight: Weights, which stay as they are; None for none.

    Returns:
        dict of int32 [B, S], or [S] for one text: `input_word_ids`,
        `input_mask` and `input_type_ids`. With labels, the tuple of it and
        them. Tensors of TensorFlow if Keras runs on TensorFlow or `x` is one,
        otherwise arrays, as of every `BytePairTokenizer`.

    Raises:
        ValueError: If `x` is no text, or an argument is not possible.
    """

    def __init__(
        self,
        tokenizer: BertTokenizer | BytePairTokenizer,
        sequence_length: int = 128,
        truncation: str = "longest_first",
        **kwargs,
    ):
        super().__init__(tokenizer, sequence_length, **kwargs)
        self.packer = SegmentPacker(sequence_length, tokenizer, truncation)
        self.truncation = truncation

    def call(self, x, y=None, sample_weight=None):
        return keras.utils.pack_x_y_sample_weight(
            self._features(x), y, sample_weight
        )

    def rows(self, x) -> PackedRows:
        """Gives Python's texts as sequences of their own lengths."""
        return self._rows(text_columns(x)[0])

    def _rows(self, columns):
        segments = [self.tokenizer.encode(column) for column in columns]
        return pack_rows(
            segments, self.tokenizer, self.sequence_length, self.truncation
        )

    def batch(self, rows: PackedRows, indices: Sequence[int], length: int):
        """Gives the features of some rows, int32 [B, length] each."""
        return rows.features(indices, length)

    def compute_output_spec(self, x, y=None, sample_weight=None):
        x = x[0] if isinstance(x, (list, tuple)) else x
        shape = (*x.shape, self.sequence_length)
        features = {
            name: keras.KerasTensor(shape, "int32")
            for name in ("input_word_ids", "input_mask", "input_type_ids")
        }
        return keras.utils.pack_x_y_sample_weight(features, y, sample_weight)

    def get_config(self):
        return {**super().get_config(), "truncation": self.truncation}

    def _features(self, x):
        segments = x if isinstance(x, tuple) else (x,)
        in_graph = self.tokenizer.is_in_graph
        if not in_graph or not any(map(is_tensor, segments)):
            columns, is_one = text_columns(x)
            if not in_graph or keras.backend.backend() != "tensorflow":
                rows = self.rows(x)
                every = range(len(rows.ids))
                features = rows.features(every, self.sequence_length)
                first = {name: value[0] for name, value in features.items()}
                return first if is_one else features
            columns = [x[0] for x in columns] if is_one else columns
            segments = [tf.constant(x, tf.string) for x in columns]
        return self.packer([self.tokenizer(segment) for segment in segments])
