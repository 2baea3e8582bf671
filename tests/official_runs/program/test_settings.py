"""A run resumes if the settings that count have the same values."""

import gin
import pytest

from official_runs.program import settings
from tests.official_runs.program.parse_flags import parse_flags


@gin.configurable
def bake(temperature, minutes=30, filling=None):
    return temperature, minutes, filling


@gin.configurable
def fill(fruit="apple"):
    return fruit


@pytest.fixture
def began(tmp_path):
    """The folder of a run that began with these settings."""
    parse_flags()
    own = tmp_path / "own.gin"
    own.write_text(
        "HEAT = 180\n"
        "bake.temperature = %HEAT\n"
        "bake.filling = [@fill(), @fill()]"
    )
    settings.read_settings(str(own), {})
    bake()
    settings.write_settings(str(tmp_path))
    return tmp_path


def again(folder, *changes, **bindings):
    own = folder / "again.gin"
    own.write_text("\n".join([(folder / "own.gin").read_text(), *changes]))
    settings.read_settings(str(own), {}, **bindings)
    bake()
    settings.require_same_settings(str(folder))


def test_equal_settings_resume(began):
    again(began)


def test_a_long_value_with_spaces_is_equal_to_itself(began):
    long = "bake.filling = " + repr("a word and " * 20)
    again_began = (began / "own.gin").read_text() + "\n" + long
    (began / "own.gin").write_text(again_began)
    settings.read_settings(str(began / "own.gin"), {})
    bake()
    settings.write_settings(str(began))
    again(began)


def test_settings_of_what_is_not_used_do_not_count(began):
    again(began, "SUGAR = 3")


@pytest.mark.parametrize(
    "change",
    ["HEAT = 200", "bake.minutes = 40", "fill.fruit = 'plum'"],
)
def test_another_value_is_refused_and_named(began, change):
    name, value = change.split(" = ")
    with pytest.raises(ValueError, match=f"{name} = {value} .was "):
        again(began, change)


def test_a_binding_of_the_program_wins_over_its_file(began):
    with pytest.raises(ValueError, match="HEAT = 170 .was 180"):
        again(began, HEAT=170)


def test_a_default_value_of_a_later_version_is_no_change(began):
    path = began / "config.gin"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(x for x in lines if "minutes" not in x))
    again(began)
    with pytest.raises(ValueError, match="minutes = 30 .was not set"):
        again(began, "bake.minutes = 30")


def test_a_run_of_an_earlier_version_is_told_by_one_line(began):
    (began / "config.gin").write_text("SEED = 0\nrun.seed = %SEED\n")
    with pytest.raises(ValueError, match="An earlier version began this one"):
        again(began)
