"""Reads batches to pretrain on, from records or from text."""

from collections.abc import Callable, Collection

import tensorflow as tf

from nlp_modeling import data, networks, text, training
from official_runs.pretraining.records import records_of
from official_runs.program.configurable import configurable


@configurable
class PretrainingBatches:
    """Reads batches to pretrain on, from records or from text.

    Records without masks, as `--masking=dynamic` leaves them and as text
    becomes, are masked when they are read, anew in every epoch.

    Args:
        files: Paths or globs of TFRecord files or text files.
        batch_size: Examples of a step, over all replicas.
        name: Names the records that are made of text.
        folder: The run's, which keeps these records.
        tokenizer: The tokenizer that the records were made with.
        needs: Names of the features that the objectives read.
        sequence_length: Of an example, in tokens.
        max_predictions: Most masked tokens of an example.
        length_multiple: See `data.training_batches`.
        masking: Makes the masks, called with the tokenizer and
            `max_predictions`.
        packed: Whether sequences share rows. The run's folder keeps the rows
            that are made of text, or of records that are not packed. Records
            that are packed stay so.
        seed: Decides the order of examples, and the masks.

    Attributes:
        num_sequences: The most sequences of a row, if records are packed; None
            if they are not.

    Raises:
        ValueError: If a file is missing.
        tf.errors.InvalidArgumentError: If the first records do not fit the
            arguments, or are of another vocabulary. While reading, if a later
            one does not.
    """

    def __init__(
        self,
        files: list[str],
        batch_size: int,
        *,
        name: str,
        folder: training.RunFolder,
        tokenizer: text.BertTokenizer,
        needs: Collection[str],
        sequence_length: int,
        max_predictions: int,
        length_multiple: int | None,
        masking: Callable[..., text.MaskedLMMaskGenerator],
        packed: bool,
        seed: int,
    ):
        label = data.features.NEXT_SENTENCE_LABELS
        next_sentence = label.name in needs
        files = records_of(
            files,
            name,
            folder=folder,
            tokenizer=tokenizer,
            sequence_length=sequence_length,
            max_predictions=max_predictions,
            next_sentence=next_sentence,
            packed=packed,
        )
        stored = data.stored_features(files)
        masked = data.features.MASKED_LM_POSITIONS.name_on_disk in stored
        packed = data.features.SEQUENCE_STARTS.name_on_disk in stored
        self.num_sequences = None
        if packed:
            self.num_sequences = data.most_sequences(sequence_length)
        self._arguments = {
            "files": files,
            "features": data.features.pretraining(
                masked=masked, packed=packed, next_sentence=next_sentence
            ),
            "batch_size": batch_size,
            "max_predictions": max_predictions,
            "sequence_length": sequence_length,
            "vocab_size": tokenizer.vocab_size,
            "num_segments": 2,
            "length_multiple": length_multiple,
            "seed": seed,
        }
        if not masked:
            self._arguments["masking"] = masking(
                tokenizer, max_predictions=max_predictions
            )
        # Records of something else end the program before the model is made.
        data.first_batch(
            files,
            self._arguments["features"],
            sequence_length=sequence_length,
            max_predictions=max_predictions,
            vocab_size=tokenizer.vocab_size,
            num_segments=2,
        )

    def require_fit(self, encoder: networks.Encoder) -> None:
        """Raises unless an encoder reads sequences of this length."""
        length = self._arguments["sequence_length"]
        longest = encoder.max_length
        if longest is not None and length > longest:
            raise ValueError(
                "--max_seq_length must not be more than the encoder reads. "
                f"Received: {length}, the encoder's={longest}."
            )

    def training_batches(
        self, start_step: int, input_context=None
    ) -> tf.data.Dataset:
        """Gives endless batches from a step on."""
        return data.training_batches(
            **self._arguments,
            start_step=start_step,
            input_context=input_context,
        )

    def evaluation_batches(self, input_context=None) -> tf.data.Dataset:
        """Gives batches with every example once."""
        return data.evaluation_batches(
            **self._arguments, input_context=input_context
        )
