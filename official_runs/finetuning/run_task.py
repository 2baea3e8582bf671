"""Runs a fine-tuning program as its flags say, with one seed or several."""

import contextlib
import json
import os
import statistics
from collections.abc import Mapping

import keras

from nlp_modeling import files, training
from official_runs.finetuning import flags as finetuning_flags
from official_runs.finetuning import initialization  # noqa: F401
from official_runs.finetuning.export import export_finetuned
from official_runs.finetuning.finetune import finetune
from official_runs.program import (
    configurables,  # noqa: F401
    training_flags,
)
from official_runs.program.configurable import configurable
from official_runs.program.settings import read_settings
from official_runs.program.strategy import strategy_from_flags
from official_runs.program.train_in_folder import open_folder


def run_task(own: str, spellings: Mapping[str, str | Mapping]) -> None:
    """Runs a fine-tuning program as its flags say, with one seed or several.

    Args:
        own: The gin file of the program or of a task.
        spellings: See `read_settings`.
    """
    read_settings(own, spellings)
    strategy = strategy_from_flags()
    model_dir = training_flags.MODEL_DIR.value
    mode = finetuning_flags.MODE.value
    if mode == "export_only":
        export_finetuned(model_dir, finetuning_flags.MODEL_EXPORT_PATH.value)
        return
    count = finetuning_flags.NUM_SEEDS.value
    scores = []
    with (
        training.lost_worker_named(),
        open_folder(model_dir, strategy) as parent,
    ):
        for seed in seeds(count):
            # Each seed is a run of its own, with settings of its own.
            read_settings(own, spellings, SEED=seed)
            path = os.path.join(model_dir, f"seed_{seed}")
            folder = contextlib.nullcontext(parent)
            if count > 1:
                folder = open_folder(path, strategy)
            with folder as folder, strategy.scope():
                scores.append(
                    finetune(
                        folder,
                        parent,
                        mode,
                        accept_changed_settings=training_flags.ACCEPT_CHANGED_SETTINGS.value,
                    )
                )
            keras.backend.clear_session()
        if parent.writes:
            _report(model_dir, scores)


@configurable
def seeds(count: int, *, first: int) -> range:
    """Gives the seeds of several runs, from the first one on."""
    return range(first, first + count)


def _report(model_dir, scores):
    """Writes scores.json and prints each score, over all seeds."""
    summary = {}
    for name in scores[0]:
        values = [score[name] for score in scores]
        summary[name] = {"mean": statistics.mean(values), "values": values}
        line = f"{name} {summary[name]['mean']:.4f}"
        if len(values) > 1:
            summary[name]["standard_deviation"] = statistics.stdev(values)
            line += f" +- {statistics.stdev(values):.4f}: "
            line += " ".join(f"{value:.4f}" for value in values)
        print(line)
    files.replace_file(
        os.path.join(model_dir, "scores.json"),
        json.dumps(summary, indent=2) + "\n",
    )
