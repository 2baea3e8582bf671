"""Cuts the lines that are longer than an example."""

import dataclasses

import numpy as np

from nlp_modeling import text
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments

_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")


def cut_lines(
    documents: TokenizedDocuments, tokenizer: text.BertTokenizer, longest: int
) -> TokenizedDocuments:
    """Cuts the lines that are longer than an example.

    An example would show the beginning or the end of such a line, and lose the
    rest. A piece has at most half of the tokens of an example, so that a pair
    of segments holds two. It ends where the last sentence ends that fits, or
    else the last word.

    Args:
        documents: The documents.
        tokenizer: Knows the word pieces that end sentences.
        longest: The most word pieces of an example. Other lines stay whole.

    Returns:
        The same word pieces in more lines.
    """
    splits = documents.line_splits
    long = np.flatnonzero(np.diff(splits) > longest)
    if not len(long):
        return documents
    vocabulary = {piece: i for i, piece in enumerate(tokenizer.vocabulary)}
    ends = [vocabulary[end] for end in _SENTENCE_ENDS if end in vocabulary]
    continues = np.asarray(tokenizer.continues_word)[documents.ids]
    sentences = 1 + np.flatnonzero(np.isin(documents.ids, ends))
    words = np.flatnonzero(~continues)
    size = max(longest // 2, 1)
    cuts = []
    for line in long:
        start, stop = splits[line], splits[line + 1]
        while stop - start > size:
            start = next(
                (
                    place
                    for places in (sentences, words)
                    if (place := _last(places, start + size)) > start
                ),
                start + size,
            )
            cuts.append(start)
    cut = np.union1d(splits, cuts)
    bounds = splits[documents.document_splits]
    return dataclasses.replace(
        documents,
        line_splits=cut,
        document_splits=np.searchsorted(cut, bounds),
    )


def _last(places, limit):
    """Finds the last of sorted places that is not beyond a limit, or -1."""
    index = np.searchsorted(places, limit, side="right") - 1
    return places[index] if index >= 0 else -1
