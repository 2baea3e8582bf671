"""Describes what an encoder is fine-tuned for."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import keras

from nlp_modeling import data, networks, serving, text, training

# Shapes: N examples.


class FinetuningTask:
    """Describes what an encoder is fine-tuned for: examples, head, scores.

    Args:
        model: Adds a head to an encoder, such as `models.BertClassifier`.
        sequence_length: Of an example, in tokens.
        metric: The score that decides which weights are the best.

    Attributes:
        records: TFRecord files by split: `train`, `eval`, `test`.
        features: The features of these records, by split.
    """

    # The number of entries of the records' vocabulary; None for any.
    vocab_size: int | None = None
    # The most segments of an example.
    num_segments: int = 2
    # Names the task in the description of a saved model.
    kind: str
    # The classes by id; empty for a task without classes.
    labels: Sequence[str] = ()
    # The split that --mode=predict predicts for.
    predicted_split = "test"
    # Whether the head reads the pooler's output.
    reads_pooled_output = False
    # Names of features that predictions are collected with.
    kept_features: Sequence[str] = ()

    def __init__(
        self,
        model: Callable[..., keras.Model],
        sequence_length: int,
        metric: str,
    ):
        self._model = model
        self.sequence_length = sequence_length
        self.metric = metric
        self.records = {}
        self.features = {}

    def add_records(self, split, files, features) -> None:
        """Adds the examples of a split."""
        self.records[split] = files
        self.features[split] = features

    def num_examples(self, split: str) -> int:
        """Counts the records of a split."""
        return data.count_records(self.records[split])

    def make_model(self, encoder: networks.Encoder) -> keras.Model:
        """Adds the task's head to an encoder."""
        encoder.pooler_layer.trainable = self.reads_pooled_output
        return self._model(
            encoder,
            initializer=networks.bert_initializer(),
            **self.model_arguments(),
        )

    def model_arguments(self) -> dict:
        """Gives the arguments of `model` that the task decides."""
        return {}

    def objectives(self) -> Sequence[training.Objective]:
        """Gives the objectives that training minimizes."""
        raise NotImplementedError

    def labeled(self, features):
        """Adds to a batch of records the labels that the objectives read."""
        return features

    def collect(self, split: str, predicted: Iterator):
        """Collects the predictions for the examples of a split.

        Args:
            split: Whose examples.
            predicted: The batches of `training.Prediction`.
        """
        raise NotImplementedError

    def scores(self, split: str, predictions) -> dict[str, float]:
        """Scores predictions, by the names of metrics."""
        raise NotImplementedError

    def write_predictions(self, split: str, predictions, folder: str) -> None:
        """Writes predictions in the task's own format."""
        raise NotImplementedError

    def description(self) -> dict:
        """Describes the task in JSON's types, for whoever loads the model."""
        return {"kind": self.kind, "sequence_length": self.sequence_length}

    @staticmethod
    def labeled_texts(
        file: str, description: Mapping, **columns
    ) -> tuple[list[dict[str, str]], Callable[[list[dict]], dict]]:
        """Reads the texts that an artefact is measured with.

        Args:
            file: The examples, in the task's own format.
            description: See `description`.
            **columns: Of a table: `text_columns`, `label_column` and `header`,
                see `Classification`.

        Returns:
            The strings of each text by their names, and a function from what
            `predict` gives for them to scores by the names of metrics.
        """
        raise NotImplementedError

    @staticmethod
    def served(
        model: keras.Model,
        tokenizer: text.BertTokenizer | text.BytePairTokenizer,
        description: Mapping,
        **options,
    ) -> serving.ServedModel:
        """Makes a served model of a model that was fine-tuned for the task.

        Args:
            model: An encoder with the task's head.
            tokenizer: The encoder's.
            description: See `description`; it holds the `scores` too.
            **options: See `serve_finetuned`.
        """
        raise NotImplementedError


def require_word_pieces(tokenizer) -> None:
    """Raises an error if a task would have to find words in byte pairs."""
    if not isinstance(tokenizer, text.BertTokenizer):
        raise ValueError(
            "The encoder's tokenizer must be one of word pieces: only "
            "classification reads byte pairs. "
            f"Received: {type(tokenizer).__name__}."
        )
