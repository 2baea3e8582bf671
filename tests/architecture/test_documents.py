"""Documents name files that exist."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", ["docs/data_flow.md", "CONTRIBUTING.md"])
def test_every_file_that_a_document_names_exists(name):
    text = (ROOT / name).read_text()
    paths = re.findall(
        r"`((?:nlp_modeling|official_runs|tests|docs)/[\w/.]+)`", text
    )
    assert len(paths) > 9
    assert not [path for path in paths if not (ROOT / path).exists()]
