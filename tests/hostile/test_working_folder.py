"""The README's commands work beside folders of any name.

gin takes a path for that of a Python package if the working folder has a folder
of its first name, and `--model_dir=runs/small` makes one.
"""

import subprocess
import sys

import pytest

from tests.official_runs import tiny_finetuning

FOLDERS = ("runs", "networks", "gin", "data", "text", "records", "layers")
# A vocabulary of Google's size is not learned from a page.
COMMANDS = (
    "learn_vocabulary --input_files=corpus/*.txt --output_file=vocab.txt "
    "--vocab_size=150",
    "create_pretraining_data --input_file=corpus/*.txt --vocab_file=vocab.txt "
    "--output_dir=records/made --num_shards=2 --masking=dynamic "
    "--max_seq_length=32",
    *[
        "run_pretraining --gin_file=networks/bert_tiny.gin "
        "--input_files=records/made/*.tfrecord --vocab_file=vocab.txt "
        f"--model_dir=runs/small --num_train_steps={steps} --warmup_steps=1 "
        "--train_batch_size=4 --max_seq_length=32 --accept_changed_settings"
        for steps in (2, 3)
    ],
    "fill_mask --model_dir=runs/small --sentence=[MASK]",
    *[
        "run_classifier --task=sst2 --input_data_dir=data --num_train_steps=2 "
        "--init_checkpoint=runs/small/encoder --model_dir=runs/sst2 "
        f"--max_seq_length=32 --warmup_steps=1 --mode={mode}"
        for mode in ("train_and_eval", "eval")
    ],
    "export_model --model_dir=runs/sst2 --model_export_path=served",
    "predict --model_export_path=served --input_file=corpus/page.txt "
    "--output_file=text/labels.jsonl",
)


@pytest.mark.parametrize("are_packages", (False, True))
def test_commands_of_the_readme(tmp_path, are_packages, record_property):
    for name in FOLDERS:
        (tmp_path / name).mkdir()
        if are_packages and name != "gin":  # Which Python itself would import.
            (tmp_path / name / "__init__.py").write_text("raise SystemError\n")
    (tmp_path / "corpus").mkdir()
    words = tiny_finetuning.WORDS
    lines = [" ".join(words[i : i + 9]) for i in range(len(words))]
    (tmp_path / "corpus" / "page.txt").write_text("\n".join(lines))
    tiny_finetuning.write_texts(tmp_path / "data", num_train=40)
    # The first kind runs all commands; for the second the gin files matter.
    commands = [x for x in COMMANDS if not are_packages or "vocab" in x]
    for command in commands:
        program, *flags = command.split()
        ended = subprocess.run(
            [sys.executable, "-m", f"official_runs.{program}", *flags],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stderr}"
    record_property("tried", len(commands))
