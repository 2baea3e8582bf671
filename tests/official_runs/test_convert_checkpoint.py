"""convert_checkpoint keeps a model's weights, and says what it did."""

import numpy as np
import pytest

from nlp_modeling import checkpoints, layers, models, networks, text
from tests.official_runs.program.running_program import RunningProgram

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]

SYSTEMS = {
    "hugging_face": "Hugging Face",
    "google_bert": "google-research",
    "keras_hub": "KerasHub",
    "preset": "nlp_modeling",
}


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.convert_checkpoint") as program:
        yield program


def write(folder, **arguments):
    """Writes a preset of a classifier with labels."""
    encoder = networks.TransformerEncoder(
        len(VOCABULARY), 8, 2, 2, None, 16, intermediate_size=12, **arguments
    )
    preprocessor = text.BertPreprocessor(text.BertTokenizer(VOCABULARY), 12)
    model = models.BertClassifier(
        encoder, labels=["no", "yes"], preprocessor=preprocessor
    )
    model.save_to_preset(folder)
    return model


@pytest.mark.parametrize("chain", ["hugging_face google_bert keras_hub preset"])
def test_a_model_goes_through_all_formats(program, tmp_path, chain):
    given = write(tmp_path / "source")
    source = tmp_path / "source"
    assert checkpoints.source_system(source) == "nlp_modeling"
    for kind in chain.split():
        code, stderr = program.run(
            source=source, format=kind, output_dir=tmp_path / kind
        )
        assert code == 0, stderr
        source = tmp_path / kind
        assert checkpoints.source_system(source) == SYSTEMS[kind]
        found = models.load_model(source)
        for x, y in zip(found.weights, given.weights, strict=True):
            np.testing.assert_array_equal(x, y)
        assert found.preprocessor.tokenizer.vocabulary == VOCABULARY
        assert found.output_shape == (None, 2)


def test_an_encoder_keeps_its_vocabulary(program, tmp_path):
    model = write(tmp_path / "model")
    model.network.save_to_preset(tmp_path / "source")
    model.preprocessor.save_to_preset(tmp_path / "source")
    code, stderr = program.run(
        source=tmp_path / "source", output_dir=tmp_path / "out"
    )
    assert code == 0, stderr
    assert (tmp_path / "out" / "vocab.txt").exists()
    found = models.load_model(tmp_path / "out")
    assert type(found) is networks.TransformerEncoder


def test_what_cannot_be_converted_is_named(program, tmp_path):
    write(tmp_path / "source", activation="gelu")
    flags = {"source": tmp_path / "source", "output_dir": tmp_path / "out"}
    code, stderr = program.run(format="google_bert", **flags)
    assert code == 1 and "approximate_gelu" in stderr
    code, stderr = program.run(**{**flags, "source": tmp_path / "absent"})
    assert code == 1 and f"{tmp_path}/absent" in stderr
    assert not (tmp_path / "out").exists()
    norm_first = layers.TransformerEncoderBlock(2, 12, "gelu", norm_first=True)
    write(tmp_path / "other", block=norm_first)
    code, stderr = program.run(**{**flags, "source": tmp_path / "other"})
    assert code == 1 and "after each part" in stderr
