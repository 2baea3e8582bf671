"""Trains a model: one step over any strategy, the loop, checkpoints."""

from nlp_modeling.training.measure import Measure
from nlp_modeling.training.objective import Objective
from nlp_modeling.training.on_tensorflow.checkpoints import Checkpoints
from nlp_modeling.training.on_tensorflow.evaluation import Evaluation
from nlp_modeling.training.on_tensorflow.lost_worker import lost_worker_named
from nlp_modeling.training.on_tensorflow.make_strategy import (
    STRATEGIES,
    make_strategy,
)
from nlp_modeling.training.on_tensorflow.prediction import Prediction
from nlp_modeling.training.on_tensorflow.train import train
from nlp_modeling.training.on_tensorflow.train_step import TrainStep
from nlp_modeling.training.precision import scaled, set_precision
from nlp_modeling.training.run.files import (
    file_exists,
    open_file,
    replace_file,
)
from nlp_modeling.training.run.run_folder import RunFolder
from nlp_modeling.training.run.schedule import Schedule
from nlp_modeling.training.run.stop_signal import Stopped
