"""Builds the built-in question answering task: what is this parameter?"""

import itertools
import zlib
from collections.abc import Iterable

from nlp_modeling.data.built_in.docstring_items import docstring_items
from nlp_modeling.data.built_in.library_docs import LibraryDoc

_ON_PARAMETERS = (
    "What is {name} in {function}?",
    "What does {function} take as {name}?",
    "What does the argument {name} of {function} mean?",
)
_ON_RESULTS = (
    "What does {function} return?",
    "What is the result of {function}?",
)
# Longer texts are lists and tables, not answers.
_MOST_WORDS = 30


def library_docs_questions(
    docs: Iterable[LibraryDoc],
    max_questions: int | None = None,
    max_characters: int = 2000,
) -> dict:
    """Asks for parameters and results of functions, in the format of SQuAD.

    A context is a docstring. The answer is its first sentence on the parameter
    or the result. If many functions describe a parameter `name` in the same
    words, only the first gives a question.

    Args:
        docs: Docstrings, as from `library_docs`.
        max_questions: The most questions. None for any number.
        max_characters: Longer docstrings are left out.

    Returns:
        The content of a SQuAD 1.1 file for `json.dump`, with an article for
        each module. The id of a question is the full name of the object or
        parameter.
    """
    questions = itertools.islice(
        _questions(docs, max_characters), max_questions
    )
    articles = {}
    for doc, qa in questions:
        paragraphs = articles.setdefault(doc.module, {})
        paragraph = {"context": doc.text, "qas": []}
        paragraphs.setdefault(doc.text, paragraph)["qas"].append(qa)
    return {
        "version": "1.1",
        "data": [
            {"title": module, "paragraphs": list(paragraphs.values())}
            for module, paragraphs in articles.items()
        ],
    }


def _questions(docs, max_characters):
    ids, answers = set(), set()
    for doc in docs:
        if len(doc.text) > max_characters:
            continue
        for item in docstring_items(doc.text):
            words = item.text.split()
            answer = (item.name, *words)
            id = f"{doc.name}({item.name})" if item.name else doc.name
            if len(words) > _MOST_WORDS or answer in answers or id in ids:
                continue
            answers.add(answer)
            ids.add(id)
            yield (
                doc,
                {
                    "id": id,
                    "question": _question(doc.name, item.name, id),
                    "answers": [
                        {"text": item.text, "answer_start": item.start}
                    ],
                },
            )


def _question(path, name, id):
    function = path.removesuffix(".__init__").rpartition(".")[2]
    forms = _ON_PARAMETERS if name else _ON_RESULTS
    # Python's `hash` of a string differs from run to run.
    form = forms[zlib.crc32(id.encode()) % len(forms)]
    return form.format(name=name, function=function)
