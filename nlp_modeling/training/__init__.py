"""The loop: given a model, losses, an optimizer and batches, it trains."""

from nlp_modeling.training.checkpoints import Checkpoints
from nlp_modeling.training.evaluation import Evaluation
from nlp_modeling.training.lost_worker import lost_worker_named
from nlp_modeling.training.make_strategy import STRATEGIES, make_strategy
from nlp_modeling.training.measure import Measure
from nlp_modeling.training.precision import scaled, set_precision
from nlp_modeling.training.prediction import Prediction
from nlp_modeling.training.run_folder import RunFolder
from nlp_modeling.training.train import Schedule, Stopped, train
from nlp_modeling.training.train_step import TrainStep
