r"""Fine-tunes BERT to tag words, such as those of names.

  python -m official_runs.run_tagging --task=wnut17 \
    --input_data_dir=/data/wnut17 --init_checkpoint=/data/bert_base \
    --model_dir=/tmp/wnut17

A task is a row of `data.TAGGING_TASKS` (--tagging_task_name), or your own files
in CoNLL's columns. The model with the best F1 of entities on the eval sentences
is kept in model/, its encoder in encoder/, predicted tags in predictions/ as
CoNLL's scorer reads them. Settings stand in official_runs/gin/runs/tagging.gin.
The same command goes on where a run was stopped.
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
from official_runs.run_program import run_program
from official_runs.task_files import TaskFiles, cached_records

flags.DEFINE_enum(
    "tagging_task_name", None, list(data.TAGGING_TASKS), "The task's row."
)
flags.DEFINE_list(
    "labels", None, "Your own tags; unless given, the train file's."
)
SPELLINGS = {
    **finetuning_flags.SPELLINGS,
    "tagging_task_name": "Tagging.task_name",
    "labels": "Tagging.labels",
}


@gin.configurable
class Tagging(FinetuningTask):
    """Sentences whose words carry tags.

    Args:
        folder: The run's.
        tokenizer: The encoder's.
        files: Where the sentences are.
        task_name: The row of `data.TAGGING_TASKS`; None for files of one's own.
        labels: The tags; None for the task's, or those of the train file.
        sequence_length: Of an example, in tokens.
    """

    kind = "tagging"
    kept_features = ("label_ids",)

    def __init__(
        self,
        folder,
        tokenizer,
        *,
        files: TaskFiles,
        task_name: str | None,
        labels: list[str] | None,
        sequence_length: int,
    ):
        task = data.TAGGING_TASKS.get(task_name, data.TaggingTask())
        self.labels = list(labels or task.tags or _tags(files, task))
        has_spans = any(tag.startswith(("B-", "I-")) for tag in self.labels)
        super().__init__(sequence_length, "f1" if has_spans else "accuracy")
        self.name = task_name or "own"
        self._sentences = {}
        make = data.TaggingRecords(
            self.name, tuple(self.labels), tokenizer, sequence_length
        )
        for split in ("train", "eval", "test"):
            records = files.records(split)
            file = files.file(split, getattr(task, f"{split}_file"))
            if records is None and file:
                labeled = split != "test" or _has_tags(file)
                self._sentences[split] = list(make.read(file, labeled))
                records = cached_records(folder, split, file, make, labeled)
            if records:
                self.add_records(split, records, data.features.TAGGING)

    def make_model(self, encoder):
        return gin.get_configurable(models.BertTokenClassifier)(
            encoder,
            num_classes=len(self.labels),
            initializer=networks.bert_initializer(),
        )

    def losses(self):
        measure = training.Measure(
            losses.weighted_sparse_categorical_crossentropy_per_example_loss,
            labels="tags",
            weights="tag_weights",
        )
        return {"loss": measure}

    def labeled(self, features):
        labels = features["label_ids"]
        is_tag = labels != data.IGNORED_LABEL
        return {
            **features,
            "tags": tf.where(is_tag, labels, 0),
            "tag_weights": tf.cast(is_tag, tf.float32),
        }

    def collect(self, split, predicted):
        """The tags of each sentence, and those that are predicted."""
        true, found, lengths = [], [], []
        for kept, logits in predicted:
            labels = kept["label_ids"]
            is_tag = labels != data.IGNORED_LABEL
            true.append(labels[is_tag])
            found.append(logits.argmax(axis=-1)[is_tag])
            lengths += list(is_tag.sum(axis=1))
        if split in self._sentences:  # Of which each may be several windows.
            lengths = [len(x.words) for x in self._sentences[split]]
        ends = np.cumsum(lengths)[:-1]
        return [
            [[self.labels[i] for i in ids] for ids in np.split(flat, ends)]
            for flat in (np.concatenate(true), np.concatenate(found))
        ]

    def scores(self, split, predictions):
        sentences = self._sentences.get(split)
        if sentences and not sentences[0].tags:
            return {}
        tags, found = predictions
        pairs = [
            tag == other
            for sentence, predicted in zip(tags, found, strict=True)
            for tag, other in zip(sentence, predicted, strict=True)
        ]
        return {
            **evaluation.entity_scores(tags, found),
            "accuracy": float(np.mean(pairs)),
        }

    def write_predictions(self, split, predictions, folder):
        """Writes word, tag (if known) and predicted tag in columns."""
        if split not in self._sentences:
            return
        path = os.path.join(folder, "predictions", f"{split}.conll")
        with data.whole_output(path, overwrite=True) as partial:
            with tf.io.gfile.GFile(partial, "w") as file:
                for sentence, found in zip(
                    self._sentences[split], predictions[1], strict=True
                ):
                    columns = [sentence.words, sentence.tags, found]
                    columns = [column for column in columns if column]
                    for fields in zip(*columns, strict=True):
                        file.write(" ".join(fields) + "\n")
                    file.write("\n")

    def description(self):
        return {
            **super().description(),
            "task": self.name,
            "labels": self.labels,
        }


def _tags(files, task):
    """The tags of the train file, or those written with TFRecords."""
    file = files.file("train", task.train_file)
    tags = data.read_tags(file) if file else files.meta_data().get("label_list")
    if not tags:
        raise ValueError(
            "--labels must name the tags where neither a --train_file nor an "
            "--input_meta_data_path has them. Received: none."
        )
    return tags


def _has_tags(file):
    """Whether the first sentence of a file has tags, known or not."""
    try:
        next(data.read_conll(file))
    except ValueError:
        return False
    return True


def main():
    finetune(Tagging, "runs/tagging.gin", SPELLINGS)


if __name__ == "__main__":
    run_program(main)
