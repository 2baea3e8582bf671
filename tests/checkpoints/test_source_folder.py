"""Sources on hubs are found in their clients' caches, without a network."""

import sys

import pytest

from nlp_modeling import checkpoints, models, networks

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hugging_face(tmp_path, monkeypatch):
    """Lays an encoder into a cache, as Hugging Face's client does."""
    constants = pytest.importorskip("huggingface_hub.constants")
    # The client reads its environment when it is imported.
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    folder = tmp_path / "models--owner--tiny"
    snapshot = folder / "snapshots" / COMMIT
    encoder().save_to_preset(snapshot)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(COMMIT)
    return snapshot


def encoder():
    return networks.TransformerEncoder(9, 8, 1, 2, None, 8)


def test_a_name_of_hugging_face_is_its_snapshot(hugging_face):
    for source in ("hf://owner/tiny", f"hf://owner/tiny@{COMMIT}"):
        assert checkpoints.source_folder(source) == str(hugging_face)
    model = models.BertClassifier.from_preset("hf://owner/tiny", num_classes=3)
    assert model.output_shape == (None, 3)
    assert checkpoints.load_encoder("hf://owner/tiny").max_length == 8


@pytest.mark.parametrize("source", ["hf://owner/other", "hf://a/b/c", "hf://"])
def test_an_absent_name_of_hugging_face_is_named(hugging_face, source):
    with pytest.raises(ValueError, match=f"Received: {source}: ") as error:
        checkpoints.source_folder(source)
    assert "\n" not in str(error.value)


def test_a_name_of_kaggle_is_its_version(tmp_path, monkeypatch):
    pytest.importorskip("kagglehub")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    name = "owner/bert/keras/tiny"
    folder = tmp_path / "models" / name / "1"
    encoder().save_to_preset(folder)
    (tmp_path / "models" / name / "1.complete").touch()
    assert checkpoints.source_folder(f"kaggle://{name}/1") == str(folder)
    with pytest.raises(ValueError, match="Received: kaggle://owner: "):
        checkpoints.source_folder("kaggle://owner")


@pytest.mark.parametrize(
    "source, client",
    [("hf://a/b", "huggingface_hub"), ("kaggle://a/b/c/d", "kagglehub")],
)
def test_a_client_that_is_not_installed_is_named(monkeypatch, source, client):
    monkeypatch.setitem(sys.modules, client, None)
    with pytest.raises(ImportError, match=rf"{client}.*\[sources\].*{source}"):
        checkpoints.source_folder(source)


def test_a_path_stays_as_it_is(tmp_path):
    assert checkpoints.source_folder(tmp_path) == str(tmp_path)
    assert checkpoints.source_folder("memory://a") == "memory://a"
