"""Finds where an answer starts and ends."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from nlp_modeling import networks
from nlp_modeling.models.encoded_model import EncodedModel, encode
from nlp_modeling.models.labels import classification_defaults
from nlp_modeling.text.packed_rows import pack_rows
from nlp_modeling.text.text_columns import text_columns

# Shapes: B batch, S sequence.

# As in google-research/bert: word pieces from one window's start to the next,
# and of a question at most.
_DOC_STRIDE, _MAX_QUERY_LENGTH = 128, 64


class TextAnswer(NamedTuple):
    """Holds an answer, a part of its context.

    Args:
        text: `context[start:end]`; "" for no answer.
        start: The index of its first character; -1 for no answer.
        end: The exclusive end; -1 for no answer.
        score: The sum of the logits of its ends.
    """

    text: str
    start: int
    end: int
    score: float


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertSpanLabeler(EncodedModel):
    """Finds where an answer starts and ends, as in SQuAD.

    `fit` and `evaluate` take pairs of questions and contexts, and for each pair
    the answer's text and the index of its first character, or None for no
    answer. A long context is read in windows.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        initializer: Draws the head's kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities over the
            positions.
        preprocessor: Makes features of texts; None for features alone.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features, or texts.

    Returns:
        List of the start's and the end's float32 [B, S].
    """

    gives_sequences = True
    hugging_face_heads = ("ForQuestionAnswering",)

    def __init__(
        self,
        network,
        initializer="glorot_uniform",
        output: str = "logits",
        preprocessor=None,
        **kwargs,
    ):
        features, encoded = encode(network)
        sequence = encoded["sequence_output"]
        head = networks.SpanLabeling(
            sequence.shape[-1],
            initializer=initializer,
            output=output,
            name="span_labeling",
        )
        super().__init__(
            network, features, head(sequence), preprocessor, **kwargs
        )

    def predict_answers(
        self,
        x,
        batch_size=None,
        max_answer_length: int = 30,
        may_refuse: bool = False,
        **kwargs,
    ) -> list[TextAnswer]:
        """Finds the answer to each question in its context.

        The answers are those of `evaluation.squad_answers`. Needs TensorFlow on
        every backend of Keras.

        Args:
            x: Pairs of a question and its context: two columns, or rows.
            batch_size: Windows that are read at once.
            max_answer_length: The most word pieces of an answer.
            may_refuse: Whether the best answer may be none, as in SQuAD 2.0.
            **kwargs: Of `predict`.

        Raises:
            ValueError: If `x` are no pairs, or there is no preprocessor.
        """
        from nlp_modeling import evaluation

        questions, windows, rows = self._windows(x)
        answers = [TextAnswer("", -1, -1, 0.0)] * len(questions)
        if not windows:
            return answers
        length = self.preprocessor.sequence_length
        features = rows.features(range(len(windows)), length)
        logits = self.predict(features, batch_size, **kwargs)
        ranked = evaluation.squad_answers(
            windows,
            *map(ops.convert_to_numpy, logits),
            max_answer_length=max_answer_length,
            version_2_with_negative=may_refuse,
        )
        for found in ranked:
            text = found.prediction() if may_refuse else found.best_text
            for each in found.candidates:
                if each.text == text and text:
                    answers[int(found.question.id)] = TextAnswer(
                        text, each.start, each.end, each.score
                    )
        return answers

    def compile_defaults(self, learning_rate=5e-5):
        loss = classification_defaults()["loss"]
        return {**super().compile_defaults(learning_rate), "loss": [loss, loss]}

    def read_texts(self, x, y=None, sample_weight=None):
        if y is None:
            return super().read_texts(x, y, sample_weight)
        _, windows, rows = self._windows(x, y)
        starts = np.array([window.start_position for window in windows])
        ends = np.array([window.end_position for window in windows])

        def make(indices, length):
            features = rows.features(indices, length)
            return features, (starts[indices], ends[indices])

        return rows.lengths, make

    def _windows(self, x, y=None):
        """Cuts contexts into windows, and packs the windows."""
        from nlp_modeling import data

        preprocessor = self.require_preprocessor()
        columns, _ = text_columns(x)
        if len(columns) != 2:
            raise ValueError(
                "`x` must be pairs of questions and contexts. "
                f"Received: {len(columns)} column of texts."
            )
        y = [None] * len(columns[0]) if y is None else y
        questions = [
            data.SquadQuestion(
                str(index),
                question,
                context,
                () if answer is None else (_answer(answer, context),),
            )
            for index, (question, context, answer) in enumerate(
                zip(*columns, y, strict=True)
            )
        ]
        tokenizer = preprocessor.tokenizer
        length = preprocessor.sequence_length
        room = length - 3 - tokenizer.num_separators
        windows = list(
            data.squad_windows(
                questions,
                tokenizer,
                length,
                _DOC_STRIDE,
                min(_MAX_QUERY_LENGTH, max(room, 1)),
            )
        )
        pieces = [
            [window.question_ids for window in windows],
            [window.context_ids for window in windows],
        ]
        rows = pack_rows(pieces, tokenizer, length, "longest_first")
        return questions, windows, rows


def _answer(answer, context):
    """Makes the answer of SQuAD from its text and its first character."""
    from nlp_modeling import data

    text, start = answer
    if context[start : start + len(text)] != text:
        raise ValueError(
            "An answer must be a part of its context. Received: "
            f"{text!r:.80} at {start} of {context!r:.80}."
        )
    return data.Answer(text, start)
