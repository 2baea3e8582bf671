"""Draws what a page shows."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import figure

# Shapes: C classes, N heads, S words.


def draw_accuracy(
    logged: Sequence[Mapping], levels: Mapping[str, float], path: str
) -> None:
    """Draws the masked-LM accuracy over the steps, beside that of baselines.

    Args:
        logged: The numbers of a run's folder.
        levels: The accuracy of each baseline, by its name.
        path: Of the picture, PNG.
    """
    name = "masked_lm_accuracy"
    points = [(row["step"], row[name]) for row in logged if name in row]
    picture, axes = _axes(6.4, 3.6)
    axes.plot(*zip(*points, strict=True), marker="o", label="the network")
    for line, (level, value) in enumerate(levels.items(), start=1):
        axes.axhline(value, color=f"C{line}", linestyle="--", label=level)
    axes.set(xlabel="steps", ylabel="accuracy on masked words", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    picture.savefig(path, dpi=120)


def draw_confusion(
    labels: Sequence[str], predicted: Sequence[str], path: str
) -> None:
    """Draws how often each class was taken for each other.

    Args:
        labels: What the texts are.
        predicted: What they were taken for.
        path: Of the picture, PNG.
    """
    names = sorted({*labels, *predicted})
    counts = np.zeros((len(names), len(names)), int)
    for label, guess in zip(labels, predicted, strict=True):
        counts[names.index(label), names.index(guess)] += 1
    picture, axes = _axes(4.2, 3.6)
    axes.imshow(counts / counts.sum(1, keepdims=True).clip(1), cmap="Blues")
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if 2 * count > counts[row].sum() else "black"
        axes.text(column, row, count, ha="center", va="center", color=color)
    axes.set(xlabel="answer", ylabel="documented library")
    axes.set_xticks(range(len(names)), names, rotation=30)
    axes.set_yticks(range(len(names)), names)
    picture.savefig(path, dpi=120)


def draw_attention(words: Sequence[str], shares, path: str) -> None:
    """Draws where each word of a text looks, a square for each head.

    Args:
        words: S word pieces.
        shares: float [N, S, S], how much a word looks at each.
        path: Of the picture, PNG.
    """
    size = 0.22 * len(words) + 1.2
    picture = figure.Figure(
        figsize=(size * len(shares), size), layout="constrained"
    )
    squares = picture.subplots(1, len(shares), squeeze=False)[0]
    for head, (axes, square) in enumerate(zip(squares, shares, strict=True)):
        axes.imshow(square, cmap="Blues", vmin=0)
        axes.set_xticks(range(len(words)), words, rotation=90, fontsize=8)
        axes.set_yticks(range(len(words)), words, fontsize=8)
        axes.set_title(f"head {head + 1}", fontsize=9)
    picture.savefig(path, dpi=120)


def _axes(width, height):
    # Not through pyplot, which wants a display.
    picture = figure.Figure(figsize=(width, height), layout="constrained")
    return picture, picture.subplots()
