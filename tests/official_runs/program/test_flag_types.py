"""Flags take what they say, and name the flag and its value otherwise."""

import math
import pathlib
import subprocess
import sys

import pytest
from absl import flags

import official_runs
from official_runs.program import flag_types


@pytest.fixture
def given():
    """Defines a flag, and gives what a command's value becomes."""

    def given(define, value, *arguments, **more):
        values = flags.FlagValues()
        original, flags.DEFINE = flags.DEFINE, _defining_in(values)
        try:
            define("x", None, "Help.", *arguments, **more)
        finally:
            flags.DEFINE = original
        values(["program", f"--x={value}"])
        return values["x"].value

    return given


def _defining_in(values):
    def define(parser, name, default, help, serializer, **arguments):
        flag = flags.Flag(parser, serializer, name, default, help)
        values[name] = flag

    return define


@pytest.mark.parametrize("value", ("1", "007", "1_000", "1024"))
def test_whole_numbers(given, value):
    assert given(flag_types.whole_number, value, 1, 1024) == int(value)


@pytest.mark.parametrize(
    "value", ("0", "1025", "-1", "1.5", "1e3", "nan", "", "x", "9" * 5000)
)
def test_whole_numbers_out_of_bounds(given, value):
    with pytest.raises(
        flags.IllegalFlagValueError,
        match=f"--x={value}: it must be a whole number from 1 to 1,024",
    ):
        given(flag_types.whole_number, value, 1, 1024)


def test_a_whole_number_fits_a_tensor(given):
    most = 2**31 - 1
    assert given(flag_types.whole_number, most) == most
    with pytest.raises(flags.IllegalFlagValueError):
        given(flag_types.whole_number, most + 1)


@pytest.mark.parametrize("value", ("0", "1", "2e-4", ".5"))
def test_numbers(given, value):
    assert given(flag_types.number, value, 0) == float(value)


@pytest.mark.parametrize("value", ("nan", "inf", "-inf", "1e400", "-1e-9", ""))
def test_numbers_out_of_bounds(given, value):
    with pytest.raises(flags.IllegalFlagValueError, match="a finite number"):
        given(flag_types.number, value, 0)


def test_a_number_without_bounds_is_finite(given):
    assert given(flag_types.number, "-1e30") == -1e30
    with pytest.raises(flags.IllegalFlagValueError):
        given(flag_types.number, math.inf)


def test_a_loss_scale(given):
    assert given(flag_types.loss_scale, "dynamic") == "dynamic"
    assert given(flag_types.loss_scale, "1024") == 1024
    for value in ("0", "-1", "nan", "often"):
        with pytest.raises(flags.IllegalFlagValueError, match="`dynamic` or"):
            given(flag_types.loss_scale, value)


def test_paths(given, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert given(flag_types.path, "~/run") == f"{tmp_path}/run"
    assert given(flag_types.path, f"file://{tmp_path}") == str(tmp_path)
    assert given(flag_types.path, "gs://bucket/run") == "gs://bucket/run"
    for empty in ("", " "):
        with pytest.raises(flags.IllegalFlagValueError, match="empty"):
            given(flag_types.path, empty)


def test_files_and_folders_exist(given, tmp_path):
    (tmp_path / "file").touch()
    file, none = str(tmp_path / "file"), str(tmp_path / "none")
    assert given(flag_types.input_file, file) == file
    assert given(flag_types.input_file, "gs://any") == "gs://any"
    assert given(flag_types.input_folder, tmp_path) == str(tmp_path)
    for define, value in (
        (flag_types.input_file, none),
        (flag_types.input_file, tmp_path),
        (flag_types.input_folder, none),
        (flag_types.input_folder, file),
        (flag_types.input_files, none),
        (flag_types.input_files, f"{file},{none}"),
        (flag_types.input_files, ""),
    ):
        with pytest.raises(flags.IllegalFlagValueError, match=f"x={value}"):
            given(define, value)


def test_several_files(given, tmp_path):
    for name in ("a.txt", "b.txt", "with, comma [1].txt"):
        (tmp_path / name).touch()
    a, b = f"{tmp_path}/a.txt", f"{tmp_path}/b.txt"
    assert given(flag_types.input_files, f"{a},{b}") == [a, b]
    glob = f"{tmp_path}/?.txt"
    assert given(flag_types.input_files, glob) == [glob]
    odd = f"{tmp_path}/with, comma [1].txt"
    assert given(flag_types.input_files, odd) == [odd]


PROGRAMS = sorted(
    path.stem
    for path in pathlib.Path(official_runs.__file__).parent.glob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_wrong_flag_loads_no_tensorflow(program):
    """Which takes seconds."""
    code = (
        "import runpy, sys\n"
        "sys.argv = ['x', '--verbosity=x']\n"
        "try:\n"
        f"    runpy.run_module('official_runs.{program}', None, '__main__')\n"
        "except SystemExit as exit:\n"
        "    print(exit.code, {'tensorflow', 'keras'} & set(sys.modules))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert ended.stdout == "1 set()\n", ended.stderr
    assert ended.stderr.startswith("Error: flag --verbosity=x: ")
