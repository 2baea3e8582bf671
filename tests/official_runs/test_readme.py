"""The Python of the README runs as it is written."""

import pathlib
import re

import pytest

README = pathlib.Path(__file__).parent.parent.parent / "README.md"


@pytest.mark.slow  # The networks are of real sizes.
def test_the_kit_of_the_readme_runs():
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    names = {}
    # The last block reads weights of the user's.
    for block in blocks[:-1]:
        exec(compile(block, "README.md", "exec"), names)
    encoder = names["network"]
    assert encoder.final_norm is not None
    assert encoder.max_length == 128
    assert not [w.path for w in encoder.weights if "position" in w.path]
    features = {name: x[:2] for name, x in names["features"].items()}
    assert encoder(features)["sequence_output"].shape == (2, 128, 256)
