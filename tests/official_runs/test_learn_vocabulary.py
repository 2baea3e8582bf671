"""The program learn_vocabulary writes a whole vocab.txt or one clear line."""

import gzip

import pytest

from nlp_modeling import text
from tests.official_runs.program.running_program import RunningProgram
from tests.text.test_learn_vocabulary import LINES, SPECIAL


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.learn_vocabulary") as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    half = len(LINES) // 2
    (tmp_path / "a.txt").write_text("\n".join(LINES[:half]))
    with gzip.open(tmp_path / "b.txt.gz", "wt") as file:
        file.write("\n".join(LINES[half:]))
    return tmp_path


def test_files_give_the_vocabulary_of_their_lines(program, folder):
    output = folder / "new" / "vocab.txt"
    code, said = program.run(
        f"--input_files={folder}/a.txt,{folder}/b.*.gz",
        f"--output_file={output}",
        "--vocab_size=100",
        "--reserved_tokens=" + ",".join([*SPECIAL, "[X]"]),
    )
    assert code == 0, said
    assert "2,000 lines" in said
    assert "\r" not in said
    expected = text.learn_vocabulary(LINES, 100, [*SPECIAL, "[X]"])
    assert text.read_vocabulary(str(output)) == expected


def test_an_output_is_replaced_only_when_told(program, folder):
    output = folder / "vocab.txt"
    output.write_text("precious")
    flags = [
        f"--input_files={folder}/a.txt",
        f"--output_file={output}",
        "--vocab_size=100",
        "--nodo_lower_case",
    ]
    code, said = program.run(*flags)
    assert code != 0
    assert str(output) in said.splitlines()[-1]
    assert output.read_text() == "precious"
    assert program.run(*flags, "--overwrite")[0] == 0
    assert "T" in text.read_vocabulary(str(output))


@pytest.mark.parametrize(
    "content, flag, message",
    [
        (b"a\n\xff\n", "--vocab_size=100", "line=2"),
        (b"a b c", "--vocab_size=7", "vocab_size=7"),
        (b"\n \n", "--vocab_size=100", "must hold a word"),
    ],
)
def test_bad_input_ends_with_one_line_and_no_file(
    program, tmp_path, content, flag, message
):
    (tmp_path / "bad.txt").write_bytes(content)
    output = tmp_path / "vocab.txt"
    code, said = program.run(
        f"--input_files={tmp_path}/bad.txt", f"--output_file={output}", flag
    )
    assert code != 0
    assert "Traceback" not in said
    assert message in said.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["bad.txt"]


@pytest.mark.parametrize(
    "output, message",
    [("", "empty"), ("a.txt/vocab.txt", "writable"), (".", "folder")],
)
def test_an_output_that_cannot_be_is_told_before_the_work(
    program, folder, output, message
):
    before = sorted(folder.iterdir())
    output = f"{folder}/{output}" if output else ""
    code, said = program.run(
        f"--input_files={folder}/a.txt",
        f"--output_file={output}",
        "--overwrite",
    )
    assert code == 1
    assert message in said
    assert "Reading" not in said
    assert sorted(folder.iterdir()) == before


def test_a_glob_without_files_is_named(program, tmp_path):
    pattern = f"{tmp_path}/*.txt"
    code, said = program.run(
        f"--input_files={pattern}", f"--output_file={tmp_path}/v"
    )
    assert code != 0
    assert pattern in said.splitlines()[-1]
