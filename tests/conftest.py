"""What tests of several folders share."""

import os
import pathlib

import pytest

_REPOSITORY = pathlib.Path(__file__).parent.parent


@pytest.fixture(scope="session")
def data_folder() -> pathlib.Path:
    """The real data, or a skip where it is absent."""
    folder = pathlib.Path(
        os.environ.get(
            "NLP_MODELING_DATA", _REPOSITORY.parent / "shared" / "data"
        )
    )
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; NLP_MODELING_DATA names it")
    return folder
