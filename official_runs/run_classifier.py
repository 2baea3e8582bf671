r"""Fine-tunes BERT to classify texts or pairs of texts, or to score them.

  python -m official_runs.run_classifier --task=sst2 \
    --input_data_dir=/data/glue/SST-2 --init_checkpoint=/data/bert_base \
    --model_dir=/tmp/sst2

A task is a row of `data.TEXT_TASKS` (--classification_task_name), or your own
files with --text_columns. The model with the best score on the eval examples is
kept in model/, its encoder in encoder/, predictions for test examples in GLUE's
form. Settings stand in official_runs/gin/runs/classification.gin. The same
command goes on where a run was stopped.
"""

import os

import gin
import numpy as np
import tensorflow as tf
from absl import flags

from nlp_modeling import data, evaluation, losses, models, networks, training
from official_runs import finetuning_flags
from official_runs.finetuning import finetune
from official_runs.finetuning_task import FinetuningTask
from official_runs.library_docs_files import library_docs_files
from official_runs.run_program import run_program
from official_runs.task_files import TaskFiles, cached_records

flags.DEFINE_enum(
    "classification_task_name",
    None,
    list(data.TEXT_TASKS),
    "The task's row, unless --text_columns names your own.",
    case_sensitive=False,
)
flags.DEFINE_list("text_columns", None, "Your own columns of text, one or two.")
flags.DEFINE_string(
    "label_column", None, "Your own column of classes or numbers."
)
flags.DEFINE_list(
    "labels", None, "Your own classes; unless given, the train file's."
)
flags.DEFINE_bool("is_regression", None, "Whether your own labels are numbers.")

SPELLINGS = {
    **finetuning_flags.SPELLINGS,
    **{
        name: f"Classification.{name}"
        for name in ("text_columns", "label_column", "labels", "is_regression")
    },
    "classification_task_name": "Classification.task_name",
}
_CROSS_ENTROPY = (
    losses.weighted_sparse_categorical_crossentropy_per_example_loss
)
# GLUE's names of the files that it wants predictions in.
_GLUE_NAMES = {"COLA": "CoLA", "MNLI": "MNLI-m", "MNLI-MISMATCHED": "MNLI-mm"}


@gin.configurable
class Classification(FinetuningTask):
    """Texts or pairs of texts that belong to classes, or have a score.

    Args:
        folder: The run's.
        tokenizer: The encoder's.
        files: Where the examples are.
        task_name: The row of `data.TEXT_TASKS`.
        text_columns: Instead: the columns of files of one's own.
        label_column: Their column of classes or numbers.
        labels: Their classes; None for those of the train file.
        is_regression: Whether their labels are numbers.
        sequence_length: Of an example, in tokens.
    """

    reads_pooled_output = True
    kept_features = ("label_ids",)

    def __init__(
        self,
        folder,
        tokenizer,
        *,
        files: TaskFiles,
        task_name: str,
        text_columns: list[str] | None,
        label_column: str,
        labels: list[str] | None,
        is_regression: bool,
        sequence_length: int,
    ):
        if task_name == "LIBRARY-DOCS" and files == TaskFiles():
            files = library_docs_files(folder, "labels", "jsonl")
        meta_data = files.meta_data()
        if text_columns:
            self.name = "own"
            task = _own_task(
                text_columns,
                label_column,
                labels,
                is_regression,
                files.file("train"),
            )
        else:
            self.name = task_name or meta_data.get("processor_type")
            task = data.TEXT_TASKS.get(self.name) or _stored_task(meta_data)
        super().__init__(sequence_length, task.metrics[0])
        self._task = task
        self.labels = list(task.labels)
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

    def make_model(self, encoder):
        return gin.get_configurable(models.BertClassifier)(
            encoder,
            num_classes=max(len(self.labels), 1),
            initializer=networks.bert_initializer(),
        )

    def losses(self):
        return {"loss": training.Measure(self._loss, labels="label_ids")}

    def collect(self, split, predicted):
        """Labels [N], if there are any, and logits float [N, C]."""
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
        with data.whole_output(path, overwrite=True) as partial:
            with tf.io.gfile.GFile(partial, "w") as file:
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

    def _loss(self, labels, logits):
        if self.labels:
            return _CROSS_ENTROPY(labels, logits)
        return tf.square(logits[:, 0] - labels)

    def _predicted(self, logits):
        return logits.argmax(axis=1) if self.labels else logits[:, 0]


def _own_task(text_columns, label_column, labels, is_regression, train_file):
    """A row of the table, for files of one's own."""
    if is_regression:
        labels, metrics = (), ("pearson", "spearman")
    else:
        metrics = ("accuracy",)
        if not labels and not train_file:
            raise ValueError(
                "--labels must name the classes where no --train_file has "
                f"them. Received: text_columns={text_columns}."
            )
        labels = labels or data.read_labels(train_file, label_column)
    return data.TextTask(
        tuple(text_columns), label_column, tuple(labels), metrics
    )


def _stored_task(meta_data):
    """A row of the table, for TFRecords that no row describes."""
    labels = meta_data.get("label_list") or range(
        meta_data.get("num_labels", 0)
    )
    if not labels and meta_data.get("task_type") != "bert_regression":
        raise ValueError(
            "A task must be named: --classification_task_name, --text_columns "
            "or an --input_meta_data_path with num_labels. Received: none."
        )
    metrics = ("accuracy",) if labels else ("pearson", "spearman")
    return data.TextTask(
        ("text",),
        labels=tuple(map(str, labels)),
        metrics=tuple(meta_data.get("metrics", metrics)),
        train_file=None,
        eval_file=None,
        test_file=None,
    )


def main():
    finetune(Classification, "runs/classification.gin", SPELLINGS)


if __name__ == "__main__":
    run_program(main)
