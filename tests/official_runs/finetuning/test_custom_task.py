"""A task of somebody's own runs in run_classifier's loop."""

import json
import subprocess
import sys

from tests.official_runs import tiny_finetuning

# What a user writes: a task whose labels are wrong, and say so by their scores.
PROGRAM = """
import gin
from official_runs import run_classifier
from official_runs.finetuning.classification import Classification
from official_runs.program.run_program import run_program

@gin.configurable
class Contrary(Classification):
    def scores(self, split, predictions):
        labels, logits = predictions
        return {"accuracy": float((labels == 1 - logits.argmax(1)).mean())}

run_program(run_classifier.main)
"""


def test_a_custom_task_runs_in_the_loop_of_run_classifier(tmp_path):
    tiny_finetuning.write_texts(tmp_path)
    flags = {
        **tiny_finetuning.write_common(tmp_path),
        "classification_task_name": "SST-2",
        "input_data_dir": tmp_path,
        "model_dir": tmp_path / "run",
        "gin_param": "finetune.task = @Contrary",
    }
    command = [sys.executable, "-c", PROGRAM]
    command += [f"--{name}={value}" for name, value in flags.items()]
    subprocess.run(command, check=True)
    scores = json.loads((tmp_path / "run" / "scores.json").read_text())
    epochs = [
        json.loads(line)["accuracy"]
        for line in (tmp_path / "run" / "metrics.jsonl").open()
        if "accuracy" in line
    ]
    # The encoder learns the labels; the task calls its successes failures.
    assert min(epochs) < 0.3
    assert scores["accuracy"]["values"] == [max(epochs)]
