"""The program learn_vocabulary writes a whole vocab.txt or one clear line."""

import gzip
import os
import subprocess
import sys

import pytest

from nlp_modeling import text
from tests.text.test_learn_vocabulary import LINES, SPECIAL


def run(*flags):
    return subprocess.run(
        [sys.executable, "-m", "official_runs.learn_vocabulary", *flags],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )


@pytest.fixture
def folder(tmp_path):
    half = len(LINES) // 2
    (tmp_path / "a.txt").write_text("\n".join(LINES[:half]))
    with gzip.open(tmp_path / "b.txt.gz", "wt") as file:
        file.write("\n".join(LINES[half:]))
    return tmp_path


def test_files_give_the_vocabulary_of_their_lines(folder):
    output = folder / "new" / "vocab.txt"
    done = run(
        f"--input_files={folder}/a.txt,{folder}/b.*.gz",
        f"--output_file={output}",
        "--vocab_size=100",
        "--reserved_tokens=" + ",".join([*SPECIAL, "[X]"]),
    )
    assert done.returncode == 0, done.stderr
    assert "2,000 lines" in done.stderr
    assert "\r" not in done.stderr
    expected = text.learn_vocabulary(LINES, 100, [*SPECIAL, "[X]"])
    assert text.read_vocabulary(str(output)) == expected


def test_an_output_is_replaced_only_when_told(folder):
    output = folder / "vocab.txt"
    output.write_text("precious")
    flags = [
        f"--input_files={folder}/a.txt",
        f"--output_file={output}",
        "--vocab_size=100",
        "--nodo_lower_case",
    ]
    refused = run(*flags)
    assert refused.returncode != 0
    assert str(output) in refused.stderr.splitlines()[-1]
    assert output.read_text() == "precious"
    assert run(*flags, "--overwrite").returncode == 0
    assert "T" in text.read_vocabulary(str(output))


@pytest.mark.parametrize(
    "content, flag, message",
    [
        (b"a\n\xff\n", "--vocab_size=100", "line=2"),
        (b"a b c", "--vocab_size=7", "vocab_size=7"),
    ],
)
def test_bad_input_ends_with_one_line_and_no_file(
    tmp_path, content, flag, message
):
    (tmp_path / "bad.txt").write_bytes(content)
    output = tmp_path / "vocab.txt"
    done = run(
        f"--input_files={tmp_path}/bad.txt", f"--output_file={output}", flag
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert message in done.stderr.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["bad.txt"]


def test_a_glob_without_files_is_named(tmp_path):
    pattern = f"{tmp_path}/*.txt"
    done = run(f"--input_files={pattern}", f"--output_file={tmp_path}/v")
    assert done.returncode != 0
    assert pattern in done.stderr.splitlines()[-1]
