r"""Fine-tunes BERT to find the answers of questions: SQuAD 1.1 and 2.0.

  python -m official_runs.run_squad \
    --train_file=/data/train-v1.1.json --predict_file=/data/dev-v1.1.json \
    --init_checkpoint=/data/bert_base --model_dir=/tmp/squad

Leaves predictions.json, nbest_predictions.json and, for SQuAD 2.0
(--version_2_with_negative), null_odds.json in --model_dir, the model in model/
and its encoder in encoder/. Settings stand in official_runs/gin/runs/squad.gin.
The same command goes on where a run was stopped.
"""

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

flags.DEFINE_alias("predict_file", "eval_file")
flags.DEFINE_alias("predict_batch_size", "eval_batch_size")
flags.DEFINE_bool(
    "version_2_with_negative", None, "Whether questions may be impossible."
)
flags.DEFINE_integer(
    "max_query_length", None, "The most word pieces kept of a question."
)
flags.DEFINE_integer(
    "doc_stride", None, "Word pieces between the starts of two windows."
)
flags.DEFINE_integer("n_best_size", None, "How many answers are ranked.")
flags.DEFINE_integer(
    "max_answer_length", None, "The most word pieces of an answer."
)
flags.DEFINE_float(
    "null_score_diff_threshold",
    None,
    "The odds from which on the answer is none; SQuAD 2.0.",
)
_OWN = (
    "version_2_with_negative",
    "max_query_length",
    "doc_stride",
    "n_best_size",
    "max_answer_length",
    "null_score_diff_threshold",
)
SPELLINGS = {
    **finetuning_flags.SPELLINGS,
    **{name: f"QuestionAnswering.{name}" for name in _OWN},
}
_CROSS_ENTROPY = (
    losses.weighted_sparse_categorical_crossentropy_per_example_loss
)


@gin.configurable
class QuestionAnswering(FinetuningTask):
    """Questions whose answers are spans of a context.

    Args:
        folder: The run's.
        tokenizer: The encoder's.
        files: Where the questions are.
        is_library_docs: Whether they are the built-in ones.
        version_2_with_negative: Whether a question may have no answer.
        sequence_length: Of a window, in tokens.
        doc_stride: See `data.squad_windows`.
        max_query_length: See `data.squad_windows`.
        n_best_size: See `evaluation.squad_answers`.
        max_answer_length: See `evaluation.squad_answers`.
        null_score_diff_threshold: The odds from which on an answer is none.
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
    ):
        super().__init__(sequence_length, "f1")
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
        if is_library_docs and files == TaskFiles():
            files = library_docs_files(folder, "questions", "json")
        version = "2.0" if version_2_with_negative else "1.1"
        train_file = files.file("train", f"train-v{version}.json")
        records = files.records("train")
        if records is None and train_file:
            records = cached_records(folder, "train", train_file, make)
        if records:
            self.add_records("train", records, data.features.SPAN_LABELING)
        if eval_file := files.file("eval", f"dev-v{version}.json"):
            # Windows say where in a context a position is.
            self._questions = list(make.read(eval_file, labeled=False))
            self._windows = list(make.windows(self._questions))
            records = cached_records(folder, "eval", eval_file, make, False)
            self.add_records("eval", records, data.features.SPAN_PREDICTION)

    def make_model(self, encoder):
        return gin.get_configurable(models.BertSpanLabeler)(
            encoder, initializer=networks.bert_initializer()
        )

    def losses(self):
        return {"loss": training.Measure(_span_losses, labels="span")}

    def labeled(self, features):
        span = [features["start_positions"], features["end_positions"]]
        return {**features, "span": tf.stack(span, axis=1)}

    def collect(self, split, predicted):
        """Ranked answers of all questions."""
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


def _span_losses(positions, logits):
    """The cross entropies of start and end: float [B, 2]."""
    losses_of = [_CROSS_ENTROPY(positions[:, i], logits[i]) for i in range(2)]
    return tf.stack(losses_of, axis=1)


def main():
    finetune(QuestionAnswering, "runs/squad.gin", SPELLINGS)


if __name__ == "__main__":
    run_program(main)
