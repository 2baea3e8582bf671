"""What tests of several folders share."""

import os
import pathlib
import signal

import pytest

_REPOSITORY = pathlib.Path(__file__).parent.parent

# A shell lets its jobs in the background ignore Ctrl-C, and so do all of their
# processes: the programs, which tests stop by Ctrl-C.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
