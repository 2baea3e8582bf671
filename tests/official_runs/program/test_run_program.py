"""A program ends with one line, and a code that says why."""

import subprocess
import sys

import pytest

from tests.official_runs.program.running_program import RunningProgram


def test_ctrl_c_ends_with_one_line_and_the_exit_code_that_shells_expect():
    module = "tests.official_runs.program.interrupted"
    with RunningProgram(module) as program:
        code, said = program.run()
    assert code == 130
    assert said == "Interrupted.\n"


@pytest.fixture(scope="module")
def program():
    with RunningProgram("tests.official_runs.program.ending") as program:
        yield program


def test_a_program_that_does_its_work_ends_with_0(program):
    assert program.run() == [0, ""]


@pytest.mark.parametrize(
    "how", ("ValueError", "ZeroDivisionError", "OSError", "layer")
)
def test_bad_input_ends_with_1_and_one_line(program, how):
    code, said = program.run(how=how)
    assert code == 1
    assert said == "Error: what it says over two lines\n"


def test_a_run_that_stopped_ends_with_75(program):
    code, said = program.run(how="Stopped")
    assert code == 75
    assert said == "what it says over two lines\n"


def test_a_fault_of_ours_ends_with_70_and_its_traceback(program):
    code, said = program.run(how="KeyError")
    assert code == 70
    assert said.startswith("Traceback") and "KeyError" in said


@pytest.mark.parametrize(
    "arguments", (["--how"], ["--hwo=x"], ["what"], ["--verbosity=x"])
)
def test_a_wrong_flag_ends_with_1_and_one_line(program, arguments):
    code, said = program.run(*arguments)
    assert code == 1
    assert said.count("\n") == 1
    assert arguments[0].strip("-").split("=")[0] in said


def test_python_does_not_take_itself_apart_at_the_end(tmp_path):
    # A thread of C++ that asks for Python then would abort the program.
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "from official_runs.program.run_program import run_program\n"
        "class Last:\n"
        "    def __del__(self):\n"
        "        print('taken apart', flush=True)\n"
        "last = Last()\n"
        "run_program(lambda: sys.exit(print('done') or 3))\n"
    )
    ended = subprocess.run(
        [sys.executable, script], capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (3, "done\n"), ended.stderr
