"""Every macro has a value, and no macro is its own."""

import gin
import pytest

from official_runs.program.require_macros import require_macros


@gin.configurable
def plant(tree=None, bush=None):
    return tree, bush


def required(text):
    gin.clear_config()
    gin.parse_config(text)
    require_macros()


@pytest.mark.parametrize(
    "text",
    [
        "OAK = 1\nplant.tree = %OAK",
        "OAK = %ELM\nELM = [1, %ASH]\nASH = 2\nnear/plant.bush = {'a': %OAK}",
        "plant.tree = %gin.REQUIRED",
    ],
)
def test_macros_with_values_are_fine(text):
    required(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plant.tree = %OAK", "plant.tree = ... %OAK"),
        ("OAK = [%ELM]", "OAK = ... %ELM"),
        ("near/plant.bush = {'a': (1, %OAK)}", "plant.bush = ... %OAK"),
    ],
)
def test_a_macro_without_a_value_is_named(text, said):
    with pytest.raises(ValueError, match="must have a value") as error:
        required(text)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text", ["OAK = %OAK", "OAK = %ELM\nELM = [1, %OAK]", "OAK = {1: %OAK}"]
)
def test_a_macro_of_itself_is_named(text):
    with pytest.raises(ValueError, match="itself. Received: (OAK|ELM) = "):
        required(text)
