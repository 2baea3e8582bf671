"""A program that somebody interrupts ends with one line."""

from tests.official_runs.program.running_program import RunningProgram


def test_ctrl_c_ends_with_one_line_and_the_exit_code_that_shells_expect():
    module = "tests.official_runs.program.interrupted"
    with RunningProgram(module) as program:
        code, said = program.run()
    assert code == 130
    assert said == "Interrupted.\n"
