"""Draws how training went."""

import collections
import os

from nlp_modeling import files, training


def plot_metrics(folder: training.RunFolder) -> str | None:
    """Draws the losses of a run over its steps, as `loss.png` in its folder.

    Args:
        folder: The run's.

    Returns:
        The picture's path; None without matplotlib, or without a number.
    """
    try:
        from matplotlib import figure
    except ImportError:
        return None
    curves = collections.defaultdict(list)
    for values in folder.logged():
        for name, value in values.items():
            if name.endswith("loss"):
                curve = values["part"], name
                curves[curve].append((values["step"], value))
    if not curves:
        return None
    # Not through pyplot, which wants a display.
    picture = figure.Figure(figsize=(8, 4.5), layout="constrained")
    axes = picture.subplots()
    for (part, name), points in sorted(curves.items()):
        axes.plot(
            *zip(*points, strict=True),
            label=f"{part}: {name.replace('_', ' ')}",
            marker="" if part == "train" else "o",
        )
    axes.set(xlabel="steps", ylabel="loss, nats")
    axes.grid(alpha=0.3)
    axes.legend()
    path = os.path.join(folder.path, "loss.png")
    with files.written_locally(path) as local:
        picture.savefig(local, dpi=120)
    return path
