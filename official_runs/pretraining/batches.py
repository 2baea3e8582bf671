"""Batches to pretrain on, from records with masks, without, or from text."""

import gin
import tensorflow as tf

from nlp_modeling import data, text


class PretrainingBatches:
    """Batches to pretrain on, from records that hold masks or do not.

    Records without masks, as `--masking=dynamic` leaves them, are masked when
    they are read, anew in every epoch.

    Args:
        files: Paths of TFRecord files.
        tokenizer: The one that the records were made with.
        batch_size: Examples of a step, over all replicas.
        next_sentence: Whether the label of the next sentence is read.
        max_predictions: Most masked tokens of an example.
        **reading: `sequence_length`, `length_multiple` and `seed`, see
            `data.training_batches`.

    Raises:
        ValueError: If the records are not of this vocabulary.
        tf.errors.InvalidArgumentError: If they do not fit the arguments.
    """

    def __init__(
        self,
        files: list[str],
        tokenizer: text.BertTokenizer,
        batch_size: int,
        *,
        next_sentence: bool,
        max_predictions: int,
        **reading,
    ):
        stored = data.stored_features(files)
        masked = data.features.MASKED_LM_POSITIONS.name_on_disk in stored
        kind = data.features.PRETRAINING if masked else data.features.UNMASKED
        label = data.features.NEXT_SENTENCE_LABELS
        self._arguments = {
            "files": files,
            "features": tuple(f for f in kind if next_sentence or f != label),
            "batch_size": batch_size,
            "max_predictions": max_predictions,
            **reading,
        }
        self._require_vocabulary(tokenizer)
        if not masked:
            mask = gin.get_configurable(text.MaskedLMMaskGenerator)
            self._arguments["masking"] = mask(
                tokenizer, max_predictions=max_predictions
            )
        next(iter(self.training(0)))

    def training(self, start_step: int, input_context=None) -> tf.data.Dataset:
        """Endless batches from a step on."""
        return data.training_batches(
            **self._arguments,
            start_step=start_step,
            input_context=input_context,
        )

    def evaluation(self, input_context=None) -> tf.data.Dataset:
        """Batches with every example once."""
        return data.evaluation_batches(
            **self._arguments, input_context=input_context
        )

    def _require_vocabulary(self, tokenizer):
        ids = data.evaluation_batches(
            self._arguments["files"],
            (data.features.INPUT_WORD_IDS,),
            1024,
            sequence_length=self._arguments["sequence_length"],
        )
        largest = int(tf.reduce_max(next(iter(ids))["input_word_ids"]))
        if largest >= tokenizer.vocab_size:
            raise ValueError(
                "--vocab_file must be the vocabulary of the records. Received: "
                f"{tokenizer.vocab_size} entries, and an id of {largest}."
            )
