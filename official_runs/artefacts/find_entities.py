"""Finds the entities of texts in the tags of their word pieces."""

import itertools
from collections.abc import Callable

import numpy as np

from official_runs.artefacts.cut_windows import cut_windows

# Shapes: B texts, C tags, K words of a text, S sequence, T pieces of a text.


def find_entities(
    encode,
    pieces,
    texts: list[str],
    about: dict,
    token_of: Callable[[int], str],
) -> dict[str, list]:
    """Finds the entities of texts, as `serving.Tagger` gives them.

    That one is a graph of TensorFlow, which NumPy cannot be a part of.

    Args:
        encode: Gives float32 [S, C], the probabilities of tags, of each row of
            segments.
        pieces: B `TextPieces`.
        texts: The B texts.
        about: The content of `artefact.json`.
        token_of: Gives the word piece of an id.

    Returns:
        Dict of `num_entities`, B numbers, and of B lists of the entities by
        the names of `serving.Tagger`.
    """
    room = about["sequence_length"] - 2
    windows = [
        cut_windows(len(each.ids), room, about["doc_stride"]) for each in pieces
    ]
    probabilities = iter(
        encode(
            [
                [each.ids[window.start : window.stop]]
                for each, cut in zip(pieces, windows, strict=True)
                for window in cut
            ]
        )
    )
    columns = ("text", "kind", "start", "end", "score")
    outputs = {"num_entities": [], **{f"entity_{x}": [] for x in columns}}
    for each, cut, text in zip(pieces, windows, texts, strict=True):
        # [CLS] comes before the pieces of a window.
        scores = np.concatenate(
            [
                next(probabilities)[1 : 1 + x.stop - x.start][
                    x.has_most_context
                ]
                for x in cut
            ]
        )
        found = _entities(each, scores, about, token_of)
        outputs["num_entities"].append(len(found))
        rows = [
            (text[start:end], kind, start, end, score)
            for kind, start, end, score in found
        ]
        for i, name in enumerate(columns):
            outputs[f"entity_{name}"].append([row[i] for row in rows])
    return outputs


def _entities(pieces, scores, about, token_of):
    """Lists kind, start, end and score of a text's entities."""
    found, previous = [], None
    for first, last in _words(pieces, about, token_of):
        tag = int(scores[first].argmax())
        if about["labels"][tag] != "O":
            score = float(scores[first, tag])
            end = int(pieces.ends[first:last].max())
            if previous is not None and about["continues"][previous][tag]:
                found[-1][2] = max(found[-1][2], end)
                found[-1][3].append(score)
            else:
                start = int(pieces.starts[first])
                found.append([about["kinds"][tag], start, end, [score]])
        previous = tag
    return [
        (kind, start, end, float(np.mean(all_scores, dtype="float32")))
        for kind, start, end, all_scores in found
    ]


def _words(pieces, about, token_of):
    """Lists the first piece of each word, and the one after its last."""
    begins = [
        not token_of(id).startswith("##")
        and (
            about["splits_punctuation"]
            # Pieces of one word touch.
            or pieces.starts[i] != pieces.ends[i - 1]
        )
        for i, id in enumerate(pieces.ids)
    ]
    # The first piece of a text always begins a word.
    places = [i for i, x in enumerate(begins) if x or i == 0]
    return list(itertools.pairwise([*places, len(begins)]))
