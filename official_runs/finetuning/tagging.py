"""Tags the words of sentences, such as names."""

import itertools
import os
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling import data, evaluation, losses, serving, training
from nlp_modeling import files as nlp_files
from official_runs.finetuning.cached_records import cached_records
from official_runs.finetuning.files import TaskFiles
from official_runs.finetuning.task import (
    FinetuningTask,
    require_word_pieces,
)
from official_runs.program.configurable import configurable


@configurable
class Tagging(FinetuningTask):
    """Tags the words of sentences, such as names.

    Args:
        folder: The run's, which keeps records.
        tokenizer: The encoder's.
        files: Names the files of the sentences.
        task_name: The row of `data.TAGGING_TASKS`; None for custom files.
        labels: The tags; None for the task's, or those of the train file.
        sequence_length: Of an example, in tokens.
        model: Adds the head, as `models.BertTokenClassifier`.
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
        model: Callable[..., keras.Model],
    ):
        require_word_pieces(tokenizer)
        task = data.TAGGING_TASKS.get(task_name, data.TaggingTask())
        self.labels = list(labels or task.tags or _tags(files, task))
        has_spans = any(data.place_and_kind(tag)[0] for tag in self.labels)
        metric = "f1" if has_spans else "accuracy"
        super().__init__(model, sequence_length, metric)
        self.vocab_size = tokenizer.vocab_size
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

    def model_arguments(self):
        return {"num_classes": len(self.labels), "labels": self.labels}

    def objectives(self):
        loss = training.Measure(
            losses.weighted_sparse_categorical_crossentropy_per_example_loss,
            labels="tags",
            weights="tag_weights",
        )
        return [training.Objective("tags", loss)]

    def labeled(self, features):
        labels = features["label_ids"]
        is_tag = labels != data.IGNORED_LABEL
        return {
            **features,
            "tags": tf.where(is_tag, labels, 0),
            "tag_weights": tf.cast(is_tag, tf.float32),
        }

    def collect(self, split, predicted):
        """Gives the tags of each sentence, and the predicted tags."""
        true, found, lengths = [], [], []
        for kept, logits in predicted:
            labels = kept["label_ids"]
            is_tag = labels != data.IGNORED_LABEL
            true.append(labels[is_tag])
            found.append(logits.argmax(axis=-1)[is_tag])
            lengths += list(is_tag.sum(axis=1))
        if split in self._sentences:  # A sentence may be several windows.
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
        """Writes word, tag (if known) and predicted tag in columns.

        Spaces separate them, as CoNLL's scorer wants, or tabs if a word is
        empty or holds a space.
        """
        if split not in self._sentences:
            return
        path = os.path.join(folder, "predictions", f"{split}.conll")
        sentences = self._sentences[split]
        words = itertools.chain.from_iterable(s.words for s in sentences)
        separator = " " if all(map(_is_one_field, words)) else "\t"
        with data.whole_output(path, overwrite=True, is_file=True) as partial:
            with nlp_files.open_file(partial, "w") as file:
                for sentence, found in zip(
                    sentences, predictions[1], strict=True
                ):
                    columns = [sentence.words, sentence.tags, found]
                    columns = [column for column in columns if column]
                    for fields in zip(*columns, strict=True):
                        file.write(separator.join(fields) + "\n")
                    file.write("\n")

    def description(self):
        return {
            **super().description(),
            "task": self.name,
            "labels": self.labels,
        }

    @staticmethod
    def labeled_texts(file, description, **columns):
        # The artefact parts words as the file does if it was exported with
        # --nosplits_punctuation.
        sentences = list(data.read_conll(file, description["labels"]))

        def score(outputs):
            found = [
                {(x["kind"], x["start"], x["end"]) for x in output["entities"]}
                for output in outputs
            ]
            true = list(map(_entity_places, sentences))
            return evaluation.entity_set_scores(true, found)

        return [{"text": " ".join(x.words)} for x in sentences], score

    @staticmethod
    def served(
        model, tokenizer, description, splits_punctuation=True, **options
    ):
        return serving.Tagger(
            model,
            tokenizer,
            description["labels"],
            splits_punctuation,
            description["sequence_length"],
        )


def _entity_places(sentence):
    """Gives kind, start and end of the entities, of words between spaces."""
    words = sentence.words
    stops = list(itertools.accumulate(len(word) + 1 for word in words))
    return {
        (kind, stops[first] - len(words[first]) - 1, stops[last] - 1)
        for kind, first, last in data.tag_entities(sentence.tags)
    }


def _is_one_field(word):
    """Tells whether a word is a field between spaces."""
    return word.split() == [word]


def _tags(files, task):
    """Gives the tags of the train file, or of the TFRecords' meta data."""
    file = files.file("train", task.train_file)
    tags = data.read_tags(file) if file else files.meta_data().get("label_list")
    if not tags:
        raise ValueError(
            "--labels must name the tags if neither a --train_file nor an "
            "--input_meta_data_path has them. Received: none."
        )
    return tags


def _has_tags(file):
    """Tells whether the first sentence of a file has tags."""
    try:
        next(data.read_conll(file))
    except ValueError:
        return False
    return True
