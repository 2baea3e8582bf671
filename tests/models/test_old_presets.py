"""Presets that older versions wrote are read, and give the same numbers."""

import pathlib

import keras
import numpy as np
import pytest

from nlp_modeling import networks

FOLDERS = sorted(
    (pathlib.Path(__file__).parents[1] / "fixtures/presets").iterdir()
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_old_preset_gives_the_same_outputs(folder):
    model = networks.FeatureModel.from_preset(folder)
    with np.load(folder / "outputs.npz") as arrays:
        given = {k: v for k, v in arrays.items() if k.startswith("feature/")}
        wanted = [
            arrays[f"output/{i}"] for i in range(len(arrays) - len(given))
        ]
    features = {k.removeprefix("feature/"): v for k, v in given.items()}
    found = keras.tree.flatten(model(features))
    assert len(found) == len(wanted) > 0
    for x, y in zip(found, wanted, strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(x), y, atol=1e-6)
