"""Reads questions in the format of SQuAD 1.1 and 2.0."""

import dataclasses
from collections.abc import Iterator

from nlp_modeling import json_files
from nlp_modeling.data.files.text_files import read_lines


@dataclasses.dataclass(frozen=True)
class Answer:
    """Holds a span of a context: its text and its first character's index."""

    text: str
    start: int


@dataclasses.dataclass(frozen=True)
class SquadQuestion:
    """Holds a question, its context and its answers.

    Args:
        id: The id of the question.
        text: The question.
        context: The paragraph that holds the answer.
        answers: Spans of `context`. Each answers the question.
        is_impossible: Whether `context` is known to hold no answer.
    """

    id: str
    text: str
    context: str
    answers: tuple[Answer, ...] = ()
    is_impossible: bool = False


def read_squad(
    file: str,
    version_2_with_negative: bool = False,
    need_answers: bool = True,
) -> Iterator[SquadQuestion]:
    """Reads the questions of a SQuAD file, in the order of the file.

    References:
        SQuAD 1.1: https://arxiv.org/abs/1606.05250
        SQuAD 2.0: https://arxiv.org/abs/1806.03822

    Args:
        file: The path of a JSON file. A name that ends with `.gz` is unpacked.
        version_2_with_negative: Whether the field `is_impossible` is read.
        need_answers: Whether every question must have an answer or be
            impossible. False for questions whose answers are predicted.

    Raises:
        ValueError: If the file cannot be read, is not JSON, lacks a field, or
            an answer is not at its place in the context. Names the file, and
            the line or the place in the JSON, as `data[0].paragraphs[2]`.
    """
    text = "\n".join(read_lines(file))
    root = json_files.parse_json(text, dict, f"{file=}")
    ids = set()
    for document in _Node(file, "", root).children("data"):
        for paragraph in document.children("paragraphs"):
            context = paragraph.field("context", str)
            for node in paragraph.children("qas"):
                question = _question(node, context, version_2_with_negative)
                if question.id in ids:
                    node.fail(f"a unique `id`, not {question.id!r} again")
                ids.add(question.id)
                if need_answers and not (
                    question.answers or question.is_impossible
                ):
                    node.fail(
                        "an answer, or with version_2_with_negative "
                        "`is_impossible` true"
                    )
                yield question
    if not ids:
        raise ValueError(
            f"A SQuAD file must have questions. Received: {file=}."
        )


def _question(node, context, may_be_impossible):
    # Of SQuAD 1.1 this field is not read, but has to be of its type.
    is_impossible = node.field("is_impossible", bool, default=False)
    is_impossible &= may_be_impossible
    answers = []
    for answer in () if is_impossible else node.children("answers", default=[]):
        text = answer.field("text", str)
        start = answer.field("answer_start", int)
        if not text or start < 0 or not context.startswith(text, start):
            answer.fail(f"{text=} at {start=} of its context")
        answers.append(Answer(text, start))
    return SquadQuestion(
        id=node.field("id", str),
        text=node.field("question", str),
        context=context,
        answers=tuple(answers),
        is_impossible=is_impossible,
    )


class _Node:
    """Reads the fields of a JSON object. Its errors name its place."""

    def __init__(self, file, place, value):
        self.file, self.place, self.value = file, place, value
        if not isinstance(value, dict):
            self.fail("the form of an object")

    def field(self, name, kind, default=None):
        value = self.value.get(name, default)
        if not isinstance(value, kind):
            self.fail(f"a field {name!r} of type {kind.__name__}")
        return value

    def children(self, name, default=None):
        for i, value in enumerate(self.field(name, list, default)):
            place = f"{self.place}.{name}[{i}]".lstrip(".")
            yield _Node(self.file, place, value)

    def fail(self, requirement):
        raise ValueError(
            f"{self.place or 'The JSON'} must have {requirement}. "
            f"Received: file={self.file!r}."
        )
