"""Trains a model: one step over any strategy, the loop, checkpoints.

A name is loaded when it is first used, so that what knows no framework, in
`run/`, loads none.
"""

import importlib

_WHERE = {
    "Checkpoints": "on_tensorflow.checkpoints",
    "Evaluation": "on_tensorflow.evaluation",
    "Measure": "measure",
    "Objective": "objective",
    "Prediction": "on_tensorflow.prediction",
    "RunFolder": "run.run_folder",
    "STRATEGIES": "on_tensorflow.make_strategy",
    "Schedule": "run.schedule",
    "Stopped": "run.stop_signal",
    "TrainStep": "on_tensorflow.train_step",
    "lost_worker_named": "on_tensorflow.lost_worker",
    "make_strategy": "on_tensorflow.make_strategy",
    "scaled": "precision",
    "set_precision": "precision",
    "train": "on_tensorflow.train",
}


def __getattr__(name):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_WHERE[name]}")
    return getattr(module, name)


def __dir__():
    return [*globals(), *_WHERE]
