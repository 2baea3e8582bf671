"""Lists the tasks by the kind that describes a saved model."""

from official_runs.finetuning.classification import Classification
from official_runs.finetuning.question_answering import QuestionAnswering
from official_runs.finetuning.tagging import Tagging

TASKS = {
    "classification": Classification,
    "regression": Classification,
    "squad": QuestionAnswering,
    "tagging": Tagging,
}
