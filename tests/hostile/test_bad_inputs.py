"""Every bad input ends in one line that names the flag, the file, the value."""

import os
import pathlib

import pytest

from tests import nursery
from tests.hostile import flag_values, good_inputs
from tests.hostile.bad_inputs import BAD_INPUTS

_TRAINS = {"run_pretraining", "run_classifier", "run_squad", "run_tagging"}
_NUMBERS = {"int", "float"}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    inputs = good_inputs.GoodInputs(tmp_path_factory.mktemp("good"))
    yield inputs
    inputs.close()


def faults(code, said, words):
    """Lists what is wrong with the end of a program on bad input."""
    lines = [line for line in said.splitlines() if _counts(line)]
    found = []
    if code != 1:
        found.append(f"exit code {code}")
    if "Traceback" in said:
        found.append("a traceback")
    errors = [line for line in lines if line.startswith("Error: ")]
    if len(errors) != 1 or lines[-1:] != errors:
        found.append(f"{len(errors)} lines of error among {len(lines)}")
    last = errors[-1] if errors else ""
    if len(last) > 2000 + len("".join(words)):
        found.append(f"a line of {len(last):,} letters")
    found += [f"no {word!r}" for word in words if word not in last]
    return [*found, said[-800:]] if found else []


def _counts(line):
    """Whether a line is of the error, and not of the program's progress."""
    return not line.startswith(("Records, ", "Reading: ", "Pretraining data"))


def files_of(folder):
    """The files of a run's folder, but for records that others may use."""
    return {
        path.relative_to(folder)
        for path in pathlib.Path(folder).rglob("*")
        if path.is_file() and path.parent.name != "records"
    }


@pytest.mark.parametrize("program", sorted(good_inputs.FLAGS))
def test_good_input_ends_well(program, good, tmp_path):
    good.made  # noqa: B018  Makes them.
    code, said = good.run(program, {}, tmp_path)
    assert code == 0, said


@pytest.mark.parametrize("program", sorted(good_inputs.FLAGS))
def test_every_flag_refuses_what_it_cannot_take(
    program, good, tmp_path, record_property
):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    module = f"official_runs.{program}"
    defined = nursery.call(flag_values.defined_flags, module)
    assert defined
    tried, wrong = 0, []
    for flag in defined:
        for value in flag["values"]:
            given = good.named(value, tmp_path)
            code, said = good.run_with(program, f"--{flag['name']}={given}")
            tried += 1
            if found := faults(code, said, [flag["name"], given]):
                wrong.append((f"--{flag['name']}={given[:40]}", found))
    record_property("tried", tried)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=str)
def test_bad_input_ends_in_one_line(bad, good, tmp_path, record_property):
    record_property("tried", 1)
    bad.write(good.made, tmp_path)
    before = files_of(tmp_path)
    code, said = good.run(bad.program, bad.flags, tmp_path, *bad.more)
    words = [good.named(word, tmp_path) for word in bad.words]
    assert not faults(code, said, words)
    if bad.program in _TRAINS and not bad.is_late:
        assert files_of(tmp_path) == before


def test_bad_inputs_are_many_and_differ():
    names = [str(bad) for bad in BAD_INPUTS]
    assert len(set(names)) == len(names) > 300
    assert {bad.program for bad in BAD_INPUTS} == set(good_inputs.FLAGS)


def test_every_program_has_good_flags():
    folder = pathlib.Path(__file__).parents[2] / "official_runs"
    programs = {
        os.path.splitext(path.name)[0]
        for path in folder.glob("*.py")
        if path.name != "__init__.py"
    }
    assert programs == set(good_inputs.FLAGS)
