"""ALBERT and ELECTRA of google-research give Hugging Face's outputs."""

import contextlib
import io
import json

import pytest

from nlp_modeling import checkpoints, models
from official_runs.finetuning.convert import convert
from tests.checkpoints import google_names
from tests.checkpoints import test_hugging_face_families as families
from tests.peers.test_hugging_face_models import (
    assert_equal,
    features,
    our_outputs,
    their_outputs,
)

SIZES = {
    key: families.CONFIG[key]
    for key in (
        *("vocab_size", "hidden_size", "embedding_size", "num_hidden_layers"),
        *("num_attention_heads", "intermediate_size", "type_vocab_size"),
        "max_position_embeddings",
    )
}


@pytest.fixture
def transformers():
    pytest.importorskip("torch").manual_seed(1)
    return pytest.importorskip("transformers")


def drawn(model):
    """A model with weights that are nowhere 0 or 1."""
    import torch

    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return model.eval()


def arrays(model):
    return {x: y.numpy() for x, y in model.state_dict().items()}


def assert_converted(source):
    """Converts a folder: transformers itself then compares the outputs."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        convert(str(source), "hugging_face", str(source / "out"), True)
    assert "\ntransformers " in said.getvalue()


def test_albert_comes_in_with_its_heads(transformers, tmp_path):
    config = transformers.AlbertConfig(**SIZES, hidden_act="gelu_new")
    theirs = drawn(transformers.AlbertForPreTraining(config))
    values = google_names.albert(arrays(theirs))
    google_names.write(values, tmp_path / "model.ckpt-best")
    # Google calls its activation "gelu".
    said = {**SIZES, "hidden_act": "gelu"}
    (tmp_path / "albert_config.json").write_text(json.dumps(said))
    ours, given = models.load_model(tmp_path), features()
    assert type(ours) is models.BertPretrainer
    assert_equal(our_outputs(ours, given), their_outputs(theirs, given), given)
    assert_converted(tmp_path)
    ours = checkpoints.load_encoder(tmp_path)
    wanted = their_outputs(theirs.albert, given)
    assert_equal(our_outputs(ours, given), wanted, given)


def test_both_models_of_electra_come_in(transformers, tmp_path):
    small = {**SIZES, "hidden_size": 4, "intermediate_size": 10}
    discriminator = drawn(
        transformers.ElectraForPreTraining(transformers.ElectraConfig(**SIZES))
    )
    generator = drawn(
        transformers.ElectraForMaskedLM(transformers.ElectraConfig(**small))
    )
    generator.electra.embeddings.load_state_dict(
        discriminator.electra.embeddings.state_dict()
    )
    values = google_names.electra(arrays(discriminator), arrays(generator))
    google_names.write(values, tmp_path / "electra_small")
    for theirs, kind in (
        (discriminator, models.ReplacedTokenDetector),
        (generator, models.BertPretrainer),
    ):
        theirs.config.architectures = [type(theirs).__name__]
        said = tmp_path / "electra_config.json"
        theirs.config.to_json_file(said)
        ours, given = models.load_model(tmp_path), features()
        assert type(ours) is kind
        wanted = their_outputs(theirs, given)
        assert_equal(our_outputs(ours, given), wanted, given)
        assert_converted(tmp_path)
