"""A task of somebody's own runs in run_classifier's loop."""

import json

from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram


def test_a_custom_task_runs_in_the_loop_of_run_classifier(tmp_path):
    tiny_finetuning.write_texts(tmp_path)
    flags = {
        **tiny_finetuning.write_common(tmp_path),
        "classification_task_name": "SST-2",
        "input_data_dir": tmp_path,
        "model_dir": tmp_path / "run",
        "gin_param": "finetune.task = @Contrary",
    }
    module = "tests.official_runs.finetuning.contrary"
    with RunningProgram(module) as program:
        code, log = program.run(**flags)
    assert code == 0, log
    scores = json.loads((tmp_path / "run" / "scores.json").read_text())
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    epochs = [json.loads(line)["accuracy"] for line in lines if "accu" in line]
    # The encoder learns the labels; the task calls its successes failures.
    assert min(epochs) < 0.3
    assert scores["accuracy"]["values"] == [max(epochs)]
