"""The encoder gives the peers' numbers, from fixtures that the peers made.

The peers themselves run in tests/peers. Every backend runs these, so the
backends agree with each other too.
"""

import pathlib

import numpy as np
import pytest

from tests import exactness

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"
MODEL_GARDEN = {
    "plain": {},
    "exact_gelu": {"activation": "gelu"},
    "factorized": {"embedding_width": 8},
    "output_range": {"output_range": 6},
}


@pytest.mark.parametrize("name", MODEL_GARDEN)
def test_numbers_and_gradients_are_model_gardens(name):
    with np.load(FIXTURES / f"model_garden_{name}.npz") as arrays:
        found = exactness.differences(
            dict(arrays),
            lambda x: exactness.of_model_garden(x, **MODEL_GARDEN[name]),
        )
    assert len(found) == 4
    assert max(found.values()) < exactness.TOLERANCE, found


def test_numbers_and_gradients_are_hugging_faces(tmp_path):
    with np.load(FIXTURES / "hugging_face.npz") as arrays:
        found = exactness.differences(
            dict(arrays), lambda x: exactness.of_hugging_face(x, tmp_path)
        )
    assert len(found) == 4
    assert max(found.values()) < exactness.TOLERANCE, found
