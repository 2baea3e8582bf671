"""Examples in docstrings give what they say."""

import doctest
import inspect

import numpy as np
import pytest

from nlp_modeling import layers, models, networks, text

NAMES = {
    "layers": layers,
    "models": models,
    "networks": networks,
    "np": np,
    "text": text,
}
CLASSES = [
    found
    for folder in (text, layers, networks, models)
    for found in vars(folder).values()
    if inspect.isclass(found) and ">>>" in (inspect.getdoc(found) or "")
]
# Text that an example prints beside its answer.
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("found", CLASSES, ids=lambda found: found.__name__)
def test_an_example_runs(found):
    examples = doctest.DocTestFinder(recurse=False).find(
        found, found.__name__, module=False, globs=dict(NAMES)
    )
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for example in examples:
        runner.run(example)
    assert runner.tries and not runner.failures


def test_the_classes_of_texts_have_examples():
    shown = {found.__name__ for found in CLASSES}
    assert {
        "BertClassifier",
        "BertPreprocessor",
        "BertTokenizer",
        "MaskFiller",
        "MaskedLMPreprocessor",
        "TokenAndPositionEmbedding",
    } <= shown
