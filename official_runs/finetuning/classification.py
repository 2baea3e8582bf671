"""Classifies texts or pairs of texts, or scores them."""

import dataclasses
import os
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling import data, evaluation, losses, serving, training
from nlp_modeling import files as nlp_files
from official_runs.finetuning.cached_records import cached_records
from official_runs.finetuning.files import TaskFiles
from official_runs.finetuning.library_docs import library_docs_files
from official_runs.finetuning.task import FinetuningTask
from official_runs.program.configurable import configurable

_CROSS_ENTROPY = (
    losses.weighted_sparse_categorical_crossentropy_per_example_loss
)
# GLUE's names of the files that it wants predictions in.
_GLUE_NAMES = {"COLA": "CoLA", "MNLI": "MNLI-m", "MNLI-MISMATCHED": "MNLI-mm"}


@configurable
class Classification(FinetuningTask):
    """Classifies texts or pairs of texts, or scores them.

    Args:
        folder: The run's, which keeps records.
        tokenizer: The encoder's.
        files: Names the files of the examples.
        task_name: The row of `data.TEXT_TASKS`.
        text_columns: Instead of `task_name`: the columns of custom files.
        label_column: The column of classes or numbers in custom files.
        labels: The classes of custom files; None for those of the train file.
        is_regression: Whether the labels of custom files are numbers.
        header: Whether the first line of custom files names the columns. If
            not, columns are numbers, counted from 0.
        sequence_length: Of an example, in tokens.
        model: Adds the head, as `models.BertClassifier`.
    """

    reads_pooled_output = True
    kept_features = ("label_ids",)

    def __init__(
        self,
        folder,
        tokenizer,
        *,
        files: TaskFiles,
        task_name: str | None,
        text_columns: list[str] | None,
        label_column: str,
        labels: list[str] | None,
        is_regression: bool,
        header: bool,
        sequence_length: int,
        model: Callable[..., keras.Model],
    ):
        if task_name == "LIBRARY-DOCS" and files.is_empty:
            files = library_docs_files(folder, "labels", "jsonl")
        meta_data = files.meta_data()
        if text_columns:
            self.name = "own"
            task = custom_text_task(
                text_columns,
                label_column,
                labels,
                is_regression,
                files,
                header,
            )
        else:
            self.name = task_name or meta_data.get("processor_type")
            task = data.TEXT_TASKS.get(self.name) or _stored_task(
                meta_data, files.input_meta_data_path
            )
        super().__init__(model, sequence_length, task.metrics[0])
        self.vocab_size = tokenizer.vocab_size
        self._task = task
        self.labels = [label.strip() for label in task.labels]
        self.kind = "classification" if task.labels else "regression"
        labeled = data.features.CLASSIFICATION
        if not task.labels:
            labeled = data.features.REGRESSION
        make = data.TextRecords(self.name, task, tokenizer, sequence_length)
        for split in ("train", "eval", "test"):
            records = files.records(split)
            file = files.file(split, getattr(task, f"{split}_file"))
            is_test = split == "test"
            if records is None and file:
                records = cached_records(folder, split, file, make, not is_test)
            if records:
                kind = data.features.ENCODER if is_test else labeled
                self.add_records(split, records, kind)

    def model_arguments(self):
        if not self.labels:
            return {"num_classes": 1}
        return {"num_classes": len(self.labels), "labels": self.labels}

    def objectives(self):
        loss = training.Measure(self._loss, labels="label_ids")
        return [training.Objective("labels", loss)]

    def collect(self, split, predicted):
        """Gives labels [N], if there are any, and logits float [N, C]."""
        batches = list(predicted)
        labels = [kept["label_ids"] for kept, _ in batches if kept]
        logits = np.concatenate([logits for _, logits in batches])
        return np.concatenate(labels) if labels else None, logits

    def scores(self, split, predictions):
        labels, logits = predictions
        if labels is None:
            return {}
        return evaluation.text_scores(
            self._task.metrics, labels, self._predicted(logits)
        )

    def write_predictions(self, split, predictions, folder):
        """Writes a test's predictions in the form that GLUE wants."""
        if split != "test":
            return
        predicted = self._predicted(predictions[1])
        if self.labels:
            predicted = [self.labels[label] for label in predicted]
        name = _GLUE_NAMES.get(self.name, self.name)
        path = os.path.join(folder, "predictions", f"{name}.tsv")
        with data.whole_output(path, overwrite=True, is_file=True) as partial:
            with nlp_files.open_file(partial, "w") as file:
                file.write("index\tprediction\n")
                for index, label in enumerate(predicted):
                    file.write(f"{index}\t{label}\n")

    def description(self):
        return {
            **super().description(),
            "task": self.name,
            "labels": self.labels,
            "num_texts": len(self._task.text_columns),
        }

    @staticmethod
    def labeled_texts(
        file, description, text_columns=None, label_column=None, header=True
    ):
        labels = description["labels"]
        name = description.get("task")
        task = data.TEXT_TASKS.get(name)
        if text_columns:
            task = custom_text_task(
                text_columns,
                label_column or "label",
                labels,
                not labels,
                TaskFiles(),
                header,
            )
        count = description["num_texts"]
        if task is None or len(task.text_columns) != count:
            raise ValueError(
                f"--text_columns must name {count} of --eval_file. Received: "
                f"text_columns={text_columns}, task={name!r}."
            )
        task = dataclasses.replace(task, labels=tuple(labels))
        examples = list(data.read_text_examples(file, task))
        metrics = task.metrics
        if labels:
            metrics = tuple(dict.fromkeys([*metrics, "accuracy"]))

        def score(outputs):
            found = [
                labels.index(x["label"]) if labels else x["score"]
                for x in outputs
            ]
            return evaluation.text_scores(
                metrics, [example.label for example in examples], found
            )

        names = ("text", "text_pair")[:count]
        texts = [dict(zip(names, x.texts, strict=True)) for x in examples]
        return texts, score

    @staticmethod
    def served(model, tokenizer, description, **options):
        return serving.Classifier(
            model,
            tokenizer,
            description["labels"],
            description["num_texts"],
            description["sequence_length"],
        )

    def _loss(self, labels, logits):
        if self.labels:
            return _CROSS_ENTROPY(labels, logits)
        return tf.square(logits[:, 0] - labels)

    def _predicted(self, logits):
        return logits.argmax(axis=1) if self.labels else logits[:, 0]


def custom_text_task(
    text_columns,
    label_column,
    labels,
    is_regression,
    files: TaskFiles,
    header: bool = True,
) -> data.TextTask:
    """Makes a row of `data.TEXT_TASKS` for custom files.

    Args:
        text_columns: One column, or two for pairs.
        label_column: The column of classes or numbers.
        labels: The classes; None for those of the train file.
        is_regression: Whether the labels are numbers.
        files: Names the train file.
        header: Whether the first line of a file names the columns. If not,
            columns are numbers, counted from 0.

    Raises:
        ValueError: If there are neither labels nor a train file, or labels of
            a regression.
    """
    columns = tuple(text_columns), label_column
    header = None if header else ()
    if is_regression:
        if labels:
            raise ValueError(
                "--labels name classes, which a regression has none of. "
                f"Received: {labels=}."
            )
        metrics = ("pearson", "spearman")
        return data.TextTask(*columns, metrics=metrics, header=header)
    if not labels and not files.file("train"):
        raise ValueError(
            "--labels must name the classes if no --train_file has them. "
            f"Received: text_columns={text_columns}."
        )
    if not labels:
        labels = data.read_labels(files.file("train"), label_column, header)
    return data.TextTask(*columns, labels=tuple(labels), header=header)


def _stored_task(meta_data, path):
    """Makes a row of the table for TFRecords that no row describes."""
    labels = meta_data.get("label_list") or range(
        meta_data.get("num_labels", 0)
    )
    if not labels and meta_data.get("task_type") != "bert_regression":
        raise ValueError(
            "A task must be named: --classification_task_name, --text_columns "
            "or an --input_meta_data_path with num_labels. Received: "
            f"input_meta_data_path={path}."
        )
    metrics = ("accuracy",) if labels else ("pearson", "spearman")
    metrics = tuple(meta_data.get("metrics", metrics))
    unknown = sorted({*metrics} - {*evaluation.TEXT_METRICS})
    if unknown or not metrics:
        raise ValueError(
            "The metrics of --input_meta_data_path must be some of "
            f"{list(evaluation.TEXT_METRICS)}. Received: {metrics=}, "
            f"input_meta_data_path={path}."
        )
    return data.TextTask(
        ("text",),
        labels=tuple(map(str, labels)),
        metrics=metrics,
        train_file=None,
        eval_file=None,
        test_file=None,
    )
