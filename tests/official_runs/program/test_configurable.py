"""A configurable takes what its signature says, or names the setting."""

import gin
import pytest

from official_runs.program.configurable import (
    configurable,
    external_configurable,
)


class _Base:
    def __init__(self, name="x"):
        self.name = name


class Kettle(_Base):
    def __init__(self, litres: float = 1.5, **kwargs):
        super().__init__(**kwargs)
        self.litres = litres


@configurable
def boil(minutes: int, kettle=None):
    return minutes, kettle


@configurable
def pour(spout):
    return spout


external_configurable(Kettle, module="tests")


@pytest.fixture(autouse=True)
def _no_settings():
    gin.clear_config()


def test_settings_arrive():
    gin.parse_config(
        "boil.kettle = @Kettle()\nKettle.litres = 2.0\nKettle.name = 'a'"
    )
    minutes, kettle = boil(3)
    assert (minutes, kettle.litres, kettle.name) == (3, 2.0, "a")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("boil.minutes = 'long'", "boil.minutes = 'long'"),
        ("boil.minutes = None", "boil.minutes = None"),
        ("boil.kettle = @Kettle()\nKettle.litres = 'x'", "Kettle.litres = 'x'"),
        ("boil.kettle = @Kettle()\nKettle.colour = 1", "Kettle.colour = 1"),
        ("boil.kettle = @pour()", "pour must get the arguments"),
    ],
)
def test_what_does_not_fit_is_named(settings, said):
    gin.parse_config(settings)
    with pytest.raises(ValueError) as error:
        boil(**({} if "minutes" in settings else {"minutes": 3}))
    assert said in str(error.value)
