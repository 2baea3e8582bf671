"""Reads the answers of questions out of the logits of windows."""

import numpy as np

from official_runs.artefacts.cut_windows import cut_windows

# Shapes: B questions, C pieces of a window, S sequence, N best starts and ends.


def read_answers(
    encode, questions, contexts, texts: list[str], about: dict
) -> dict[str, list]:
    """Reads the answers of questions, as `serving.Reader` gives them.

    That one is a graph of TensorFlow, which NumPy cannot be a part of.

    Reference:
        BERT, sections 4.2 and 4.3: https://arxiv.org/abs/1810.04805

    Args:
        encode: Gives float32 [S, 2], logits of starts and ends, of each row of
            segments.
        questions: B `TextPieces`.
        contexts: B `TextPieces`.
        texts: The B contexts.
        about: The content of `artefact.json`.

    Returns:
        Dict of lists of B values by the names of `serving.Reader`.
    """
    rows, windows = [], []
    for question, context in zip(questions, contexts, strict=True):
        ids = question.ids[: about["max_query_length"]]
        room = about["sequence_length"] - len(ids) - 3
        cut = cut_windows(len(context.ids), room, about["doc_stride"])
        rows += [[ids, context.ids[x.start : x.stop]] for x in cut]
        windows.append((len(ids) + 2, cut))
    logits = iter(encode(rows))
    threshold = about["null_score_diff_threshold"]
    outputs = []
    for (shift, cut), context, text in zip(
        windows, contexts, texts, strict=True
    ):
        found = [next(logits).astype("float64") for _ in cut]
        score, span = _best(cut, found, shift, about)
        null = min(each[0].sum() for each in found)
        odds = null - score
        if threshold is not None and not odds <= threshold:
            span = None
        start = end = -1
        if span is not None:
            start, end = context.starts[span[0]], context.ends[span[1]]
        output = {
            "answer": text[start:end] if span is not None else "",
            "start": int(start),
            "end": int(end),
            "score": float(score),
            "null_odds": float(odds),
        }
        if threshold is None:
            del output["null_odds"]
        outputs.append(output)
    names = outputs[0] if outputs else ()
    return {name: [each[name] for each in outputs] for name in names}


def _best(windows, logits, shift, about):
    """Finds the score and the span of the first best pair; 0 and None."""
    best, span = -np.inf, None
    for window, scores in zip(windows, logits, strict=True):
        size = window.stop - window.start
        # Positions after the last [SEP] are padding.
        scores = scores[: shift + size + 1]
        order = np.argsort(-scores, axis=0, kind="stable")
        order = order[: about["n_best_size"]]
        starts, ends = order[:, 0], order[:, 1]
        first, last = starts - shift, ends - shift
        may_start = np.zeros(len(starts), bool)
        inside = (first >= 0) & (first < size)
        may_start[inside] = window.has_most_context[first[inside]]
        length = last - first[:, np.newaxis] + 1
        fits = (length > 0) & (length <= about["max_answer_length"])
        fits &= may_start[:, np.newaxis] & (last >= 0) & (last < size)
        sums = scores[starts, 0][:, np.newaxis] + scores[ends, 1]
        sums = np.where(fits, sums, -np.inf)
        i, j = np.unravel_index(sums.argmax(), sums.shape)
        if sums[i, j] > best:
            best = sums[i, j]
            span = window.start + first[i], window.start + last[j]
    return (best, span) if span is not None else (0.0, None)
