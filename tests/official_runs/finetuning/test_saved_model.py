"""A fine-tuned model is loaded and exported as it was saved, or named."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import files, models, networks, text
from official_runs.finetuning import export, saved_model

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] good bad".split()
TASK = {
    "kind": "classification",
    "sequence_length": 8,
    "labels": ["no", "yes"],
    "num_texts": 1,
    "scores": {"accuracy": 0.5},
    "kept": {"by": ["another"]},
}


def make_model():
    keras.utils.set_random_seed(1)
    encoder = networks.TransformerEncoder(
        len(VOCABULARY), 8, 1, 2, 8, intermediate_size=8
    )
    return models.BertClassifier(encoder, 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    tokenizer = text.BertTokenizer(VOCABULARY)
    saved_model.save_finetuned(str(folder), make_model(), tokenizer, TASK)
    return folder


def test_what_was_saved_is_loaded(folder):
    model, tokenizer, task = saved_model.load_finetuned(folder)
    assert task == TASK and tokenizer.vocabulary == VOCABULARY
    expected = make_model().get_weights()
    for value, wanted in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(value, wanted)


@pytest.mark.parametrize("begin", ["ram://", "file://"])
def test_a_model_is_kept_and_exported_in_remote_storage(tmp_path, begin):
    root = f"{begin}{tmp_path}/run"
    tokenizer = text.BertTokenizer(VOCABULARY, lower_case=False)
    saved_model.save_finetuned(root, make_model(), tokenizer, TASK)
    saved_model.save_finetuned(root, make_model(), tokenizer, TASK)
    files.replace_file(f"{root}/config.gin", "SEED = 7\n")
    export.export_finetuned(root, f"{root}/served")
    export.export_finetuned(root, f"{root}/served", overwrite=True)
    serve = tf.saved_model.load(files.plain_path(f"{root}/served"))
    outputs = serve.signatures["serving_default"](
        text=tf.constant(["good", "GOOD"])
    )
    shares = outputs["probabilities"].numpy()
    assert np.abs(shares[0] - shares[1]).max() > 1e-6
    with files.open_file(f"{root}/served/README.md") as card:
        assert "SEED = 7" in card.read()
    assert not [x for x in files.list_folder(root) if x.startswith(".")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "got `array`"),
        ("{", "must be whole"),
        ("", "must be whole"),
        ("{}", "kind"),
        (json.dumps({**TASK, "scores": None}), "$.scores"),
        (json.dumps({**TASK, "scores": {"accuracy": "x"}}), "scores"),
        (json.dumps({**TASK, "labels": "no"}), "$.labels"),
        (json.dumps({**TASK, "num_texts": "1"}), "$.num_texts"),
        (json.dumps({**TASK, "kind": "unknown"}), "kind='unknown'"),
        (
            json.dumps({k: v for k, v in TASK.items() if k != "num_texts"}),
            "without 'num_texts'",
        ),
        (json.dumps({**TASK, "sequence_length": -1}), "sequence_length"),
    ],
)
def test_a_task_of_another_form_is_named(folder, tmp_path, content, message):
    file = folder / "model" / "task.json"
    whole = file.read_text()
    file.write_text(content)
    try:
        with pytest.raises(ValueError) as caught:
            export.export_finetuned(folder, tmp_path / "served")
    finally:
        file.write_text(whole)
    assert message in str(caught.value)


def test_a_run_without_a_model_is_named(tmp_path):
    assert saved_model.read_task(tmp_path) is None
    with pytest.raises(ValueError, match=f"{tmp_path}/model/task.json"):
        saved_model.load_finetuned(tmp_path)
