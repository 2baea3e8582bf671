"""Finds the answers of questions in a context, as in SQuAD."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling import data, evaluation, losses, serving, training
from official_runs.finetuning.cached_records import cached_records
from official_runs.finetuning.files import TaskFiles
from official_runs.finetuning.library_docs import library_docs_files
from official_runs.finetuning.task import (
    FinetuningTask,
    require_word_pieces,
)
from official_runs.program.configurable import configurable

# The parts of a description that a served reader takes.
_READING = (
    "sequence_length",
    "doc_stride",
    "max_query_length",
    "n_best_size",
    "max_answer_length",
)


@configurable
class QuestionAnswering(FinetuningTask):
    """Finds the answers of questions in a context, as in SQuAD.

    Args:
        folder: The run's, which keeps records.
        tokenizer: The encoder's.
        files: Names the files of the questions.
        is_library_docs: Whether to take the built-in questions, if `files`
            names no file.
        version_2_with_negative: Whether a question may have no answer.
        sequence_length: Of a window, in tokens.
        doc_stride: See `data.squad_windows`.
        max_query_length: See `data.squad_windows`.
        n_best_size: See `evaluation.squad_answers`.
        max_answer_length: See `evaluation.squad_answers`.
        null_score_diff_threshold: The odds above which the answer is none.
        model: Adds the head, as `models.BertSpanLabeler`.
    """

    kind = "squad"
    predicted_split = "eval"

    def __init__(
        self,
        folder,
        tokenizer,
        *,
        files: TaskFiles,
        is_library_docs: bool,
        version_2_with_negative: bool,
        sequence_length: int,
        doc_stride: int,
        max_query_length: int,
        n_best_size: int,
        max_answer_length: int,
        null_score_diff_threshold: float,
        model: Callable[..., keras.Model],
    ):
        require_word_pieces(tokenizer)
        super().__init__(model, sequence_length, "f1")
        self.vocab_size = tokenizer.vocab_size
        self._has_negative = version_2_with_negative
        self._answer = {
            "n_best_size": n_best_size,
            "max_answer_length": max_answer_length,
        }
        self._threshold = null_score_diff_threshold
        self._make = make = data.SquadRecords(
            tokenizer,
            sequence_length,
            doc_stride,
            max_query_length,
            version_2_with_negative,
        )
        if is_library_docs and files.is_empty:
            files = library_docs_files(folder, "questions", "json")
        version = "2.0" if version_2_with_negative else "1.1"
        train_file = files.file("train", f"train-v{version}.json")
        records = files.records("train")
        if records is None and train_file:
            records = cached_records(folder, "train", train_file, make)
        if records:
            self.add_records("train", records, data.features.SPAN_LABELING)
        if eval_file := files.file("eval", f"dev-v{version}.json"):
            # Windows map positions to places in the context.
            self._questions = list(make.read(eval_file, labeled=False))
            self._windows = list(make.windows(self._questions))
            records = cached_records(folder, "eval", eval_file, make, False)
            self.add_records("eval", records, data.features.SPAN_PREDICTION)

    def objectives(self):
        loss = training.Measure(_span_losses, labels="span")
        return [training.Objective("span", loss)]

    def labeled(self, features):
        span = [features["start_positions"], features["end_positions"]]
        return {**features, "span": tf.stack(span, axis=1)}

    def collect(self, split, predicted):
        """Ranks answers of all questions."""
        shape = [2, len(self._windows), self.sequence_length]
        logits = np.full(shape, -np.inf, np.float32)
        row = 0
        for _, (starts, ends) in predicted:
            rows, length = slice(row, row + len(starts)), starts.shape[1]
            logits[:, rows, :length] = starts, ends
            row = rows.stop
        return evaluation.squad_answers(
            self._windows,
            *logits,
            version_2_with_negative=self._has_negative,
            **self._answer,
        )

    def scores(self, split, predictions):
        questions = self._questions
        if not all(q.answers or q.is_impossible for q in questions):
            return {}
        answers = {
            answer.question.id: answer.prediction(self._threshold)
            for answer in predictions
        }
        if not self._has_negative:
            return evaluation.squad_v1_1_scores(questions, answers)
        return {
            **evaluation.squad_v2_0_scores(questions, answers),
            **evaluation.squad_null_thresholds(
                questions,
                {a.question.id: a.best_text for a in predictions},
                {a.question.id: a.null_odds for a in predictions},
            ),
        }

    def write_predictions(self, split, predictions, folder):
        evaluation.write_squad_answers(folder, predictions, self._threshold)

    def description(self):
        return {
            **super().description(),
            **self._make.meta_data,
            **self._answer,
            "null_score_diff_threshold": self._threshold,
        }

    @staticmethod
    def labeled_texts(file, description, **columns):
        has_negative = description["version_2_with_negative"]
        questions = list(data.read_squad(file, has_negative))

        def score(outputs):
            answers = {
                question.id: output["answer"]
                for question, output in zip(questions, outputs, strict=True)
            }
            if has_negative:
                return evaluation.squad_v2_0_scores(questions, answers)
            return evaluation.squad_v1_1_scores(questions, answers)

        texts = [{"question": x.text, "context": x.context} for x in questions]
        return texts, score

    @staticmethod
    def served(
        model,
        tokenizer,
        description,
        null_score_diff_threshold=None,
        **options,
    ):
        threshold = null_score_diff_threshold
        if not description["version_2_with_negative"]:
            threshold = None
        elif threshold is None:
            threshold = description["scores"].get(
                "best_f1_thresh", description["null_score_diff_threshold"]
            )
        reading = {name: description[name] for name in _READING}
        return serving.Reader(model, tokenizer, threshold, **reading)


def _span_losses(positions, logits):
    """Gives the cross entropies of start and end, float [B, 2]."""
    cross_entropy = (
        losses.weighted_sparse_categorical_crossentropy_per_example_loss
    )
    of_both = [cross_entropy(positions[:, i], logits[i]) for i in range(2)]
    return tf.stack(of_both, axis=1)
