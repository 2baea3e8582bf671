"""docstring_items finds what docstrings say, in two styles."""

import inspect

import numpy as np

from nlp_modeling import data

GOOGLE = """Adds two tensors, e.g. vectors.

Args:
  x: A tensor. Of any shape.
  y (int, optional): What is added, e.g. 1,
    to every element.

    Not this.
  *rest: Ignored
Returns:
  The sum, of the shape
  of `x`. Never None.

Raises:
  ValueError: Never.
"""
NUMPY = """Add two arrays.

Parameters
----------
x, y : array_like
    The arrays to be added. They broadcast.
out : ndarray, optional
    A place for the result

Returns
-------
sum : ndarray
    The sum of `x` and `y`.

See Also
--------
subtract : The opposite.
"""


def found(docstring):
    items = list(data.docstring_items(docstring))
    for item in items:
        assert docstring.startswith(item.text, item.start)
    return [(item.name, " ".join(item.text.split())) for item in items]


def test_googles_style_is_read():
    assert found(GOOGLE) == [
        ("x", "A tensor"),
        ("y", "What is added, e.g. 1, to every element"),
        ("rest", "Ignored"),
        ("", "The sum, of the shape of `x`"),
    ]


def test_numpys_style_is_read():
    assert found(NUMPY) == [
        ("x, y", "The arrays to be added"),
        ("out", "A place for the result"),
        ("", "The sum of `x` and `y`"),
    ]


def test_a_docstring_without_sections_says_nothing():
    assert found("Returns a sum: never None.") == []
    assert found("Args:\n") == []


def test_every_parameter_that_numpy_documents_for_mean_is_found():
    docstring = inspect.getdoc(np.mean)
    names = [name for name, _ in found(docstring)]
    assert names == [*inspect.signature(np.mean).parameters, ""]
