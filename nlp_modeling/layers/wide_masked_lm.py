"""Scores the vocabulary by vectors that are wider than the words'."""

import keras

from nlp_modeling.layers.masked_lm import MaskedLM
from nlp_modeling.layers.matmul_transposed import matmul_transposed

# Shapes: B batch, H hidden, P predictions, W embedding width, V vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class WideMaskedLM(MaskedLM):
    """Scores the vocabulary by vectors that are wider than the words'.

    The first W columns are the words' own vectors, and the other H - W are a
    table of the head. H must be greater than W.

    Reference:
        MobileBERT, section 3.1: https://arxiv.org/abs/2004.02984
    """

    def build(self, sequence_data_shape, masked_positions_shape=None):
        words, width = self.embedding_layer, sequence_data_shape[-1]
        self.transform.units = width
        super().build(sequence_data_shape, masked_positions_shape)
        self.output_kernel = self.add_weight(
            name="output_kernel",
            shape=(words.vocab_size, width - words.embedding_width),
            initializer=self.initializer,
        )

    def scores(self, data):
        width = self.embedding_layer.embedding_width
        more = matmul_transposed(data[..., width:], self.output_kernel)
        return super().scores(data[..., :width]) + more
