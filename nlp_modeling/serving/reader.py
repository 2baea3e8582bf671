"""Serves a reader that answers questions from contexts."""

import keras
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.serving.best_spans import best_spans
from nlp_modeling.serving.served_model import ServedModel
from nlp_modeling.serving.text_windows import text_windows

# Shapes: B batch, W windows of all contexts, S sequence.


class Reader(ServedModel):
    """Serves a reader that finds the answer of a question in a context.

    A context of any length is read in windows. A question that is too long
    loses word pieces at the end. The answers equal those of
    `evaluation.squad_answers`, which are google-research/bert's.

    Reference:
        BERT, sections 4.2 and 4.3: https://arxiv.org/abs/1810.04805

    Args:
        model: A span labeler, for example `BertSpanLabeler`.
        tokenizer: The tokenizer that the model was trained with.
        null_score_diff_threshold: The reader gives no answer if the score of no
            answer exceeds the best answer's by more than this. `None` for a
            model that always answers (SQuAD 1.1).
        sequence_length: The number of word pieces, at most, of a window.
        doc_stride: The number of word pieces from one window's start to the
            next.
        max_query_length: The number of word pieces, at most, of a question.
        n_best_size: The number of starts and of ends compared in each window.
        max_answer_length: The number of word pieces, at most, of an answer.

    Call arguments:
        question: string [B].
        context: string [B].

    Returns:
        Dict of `answer` string [B], a part of the context; `start` and `end`
        int32 [B], its place in characters, `end` exclusive; `score` float32
        [B], the sum of its logits; with a threshold, `null_odds` float32 [B].
        If there is no answer, `answer` is "" and its place is -1. A context
        without word pieces has no answer, and its score is 0.

    Raises:
        ValueError: If a number is not positive, or no word piece of a context
            fits next to the longest question.
    """

    inputs = ("question", "context")

    def __init__(
        self,
        model: keras.Model,
        tokenizer: text.BertTokenizer,
        null_score_diff_threshold: float | None = None,
        sequence_length: int = 384,
        doc_stride: int = 128,
        max_query_length: int = 64,
        n_best_size: int = 20,
        max_answer_length: int = 30,
    ):
        if min(doc_stride, n_best_size, max_answer_length) < 1:
            raise ValueError(
                "Stride, n-best size and answer length must be positive. "
                f"Received: {doc_stride=}, {n_best_size=}, "
                f"{max_answer_length=}."
            )
        if sequence_length < max_query_length + 4:
            raise ValueError(
                "`sequence_length` must hold the question, three special "
                "tokens and a piece of the context. Received: "
                f"{sequence_length=}, {max_query_length=}."
            )
        super().__init__(model, tokenizer, sequence_length)
        self.null_score_diff_threshold = null_score_diff_threshold
        self.doc_stride = doc_stride
        self.max_query_length = max_query_length
        self.n_best_size = n_best_size
        self.max_answer_length = max_answer_length
        self.outputs = {
            "answer": "a part of the context, or nothing",
            "start": "its first character, or -1",
            "end": "the character after it, or -1",
            "score": "the sum of the answer's logits",
        }
        if null_score_diff_threshold is not None:
            self.outputs["null_odds"] = "the score of no answer above `score`"

    def __call__(self, question, context):
        question_ids = self.tokenizer(question)[:, : self.max_query_length]
        ids, *offsets = self.tokenizer.tokenize_with_offsets(context)
        room = self.sequence_length - question_ids.row_lengths() - 3
        windows = text_windows(ids, room, self.doc_stride)
        questions = tf.gather(question_ids, windows.rows)
        logits = self._encode_windows(
            [questions, windows.pieces],
            2,
            lambda outputs: tf.stack(outputs, axis=-1),
        )
        best = best_spans(
            windows,
            questions.row_lengths() + 2,
            logits,
            self.n_best_size,
            self.max_answer_length,
        )
        null_odds = best.null_score - best.score
        answers = best.exists
        if self.null_score_diff_threshold is not None:
            answers &= null_odds <= self.null_score_diff_threshold
        start, end = (
            _offset(values, place, answers)
            for values, place in zip(
                offsets, (best.first, best.last), strict=True
            )
        )
        before = tf.strings.substr(context, tf.zeros_like(start), start)
        answer = tf.strings.substr(context, start, end - start)
        start = tf.strings.length(before, "UTF8_CHAR")
        end = start + tf.strings.length(answer, "UTF8_CHAR")
        outputs = {
            "answer": answer,
            "start": tf.where(answers, start, -1),
            "end": tf.where(answers, end, -1),
            "score": tf.cast(best.score, tf.float32),
            "null_odds": tf.cast(null_odds, tf.float32),
        }
        return {name: outputs[name] for name in self.outputs}

    @property
    def settings(self):
        return {
            **super().settings,
            "doc_stride": self.doc_stride,
            "max_query_length": self.max_query_length,
            "n_best_size": self.n_best_size,
            "max_answer_length": self.max_answer_length,
            "null_score_diff_threshold": self.null_score_diff_threshold,
        }


def _offset(values, place, exists):
    """Gathers the value at each row's place, int32 [B], 0 if it has none."""
    place = tf.where(exists, values.row_starts() + place, values.row_splits[-1])
    return tf.gather(tf.concat([values.values, [0]], axis=0), place)
