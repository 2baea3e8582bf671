"""Tokens to examples, to records, to batches."""

from nlp_modeling.data import features
from nlp_modeling.data.encode_examples import encode_examples
from nlp_modeling.data.library_docs import LibraryDoc, library_docs
from nlp_modeling.data.text_files import find_files, read_lines
from nlp_modeling.data.whole_output import whole_output

__all__ = [
    "LibraryDoc",
    "encode_examples",
    "features",
    "find_files",
    "library_docs",
    "read_lines",
    "whole_output",
]
