"""Model Garden's converter reads what we write for google-research/bert."""

import numpy as np
import pytest

from nlp_modeling import checkpoints
from tests.checkpoints import test_google_bert
from tests.peers.test_hugging_face_models import features, our_outputs


def test_model_gardens_converter_reads_our_checkpoint(tmp_path):
    converter = pytest.importorskip(
        "official.nlp.tools.tf2_bert_encoder_checkpoint_converter"
    )
    import tensorflow as tf
    from official.legacy.bert import configs

    ours = test_google_bert.with_gelu("ForMaskedLM")
    for weight in ours.weights:
        drawn = 0.3 * np.random.default_rng(2).normal(size=weight.shape)
        weight.assign(np.asarray(weight) + drawn)
    checkpoints.save_to_google_bert(ours, tmp_path / "google")
    config = configs.BertConfig.from_json_file(
        str(tmp_path / "google" / "bert_config.json")
    )
    converter.convert_checkpoint(
        config,
        str(tmp_path / "garden" / "bert"),
        str(tmp_path / "google" / "bert_model.ckpt"),
        converted_model="pretrainer",
    )
    theirs = converter._create_bert_pretrainer_model(config)
    path = tf.train.latest_checkpoint(tmp_path / "garden")
    read = tf.train.Checkpoint(model=theirs, **theirs.checkpoint_items)
    read.restore(path).assert_existing_objects_matched()
    given = features()
    (found,) = our_outputs(ours, given)
    places = np.broadcast_to(np.arange(12, dtype="int32"), (4, 12))
    wanted = theirs({**given, "masked_lm_positions": places})["mlm_logits"]
    difference = np.abs(found - wanted).max()
    print(difference)
    assert difference < 1e-5
    # What the converter made is read by us too.
    encoder = test_google_bert.with_gelu("ForMaskedLM").network
    checkpoints.restore_encoder(encoder, path)
    for own, wanted in zip(encoder.weights, ours.network.weights, strict=True):
        if "pooler" not in own.path:
            np.testing.assert_array_equal(own, wanted)


def test_model_garden_restores_our_checkpoint(tmp_path):
    official = pytest.importorskip("official.nlp.modeling")
    import tensorflow as tf
    import tf_keras

    ours = test_google_bert.with_gelu("ForMaskedLM")
    for weight in ours.weights:
        drawn = 0.3 * np.random.default_rng(2).normal(size=weight.shape)
        weight.assign(np.asarray(weight) + drawn)
    checkpoints.save_to_model_garden(ours, tmp_path / "bert")
    network = official.networks.BertEncoderV2(
        vocab_size=20,
        hidden_size=8,
        num_layers=2,
        num_attention_heads=2,
        inner_dim=12,
        max_sequence_length=16,
        type_vocab_size=3,
        inner_activation=lambda x: tf_keras.activations.gelu(x, True),
    )
    theirs = official.models.BertPretrainerV2(
        network, mlm_activation=lambda x: tf_keras.activations.gelu(x, True)
    )
    given = features()
    places = np.broadcast_to(np.arange(12, dtype="int32"), (4, 12))
    theirs({**given, "masked_lm_positions": places})
    items = theirs.checkpoint_items
    read = tf.train.Checkpoint(**items).read(str(tmp_path / "bert"))
    read.assert_existing_objects_matched().assert_consumed()
    wanted = theirs({**given, "masked_lm_positions": places})["mlm_logits"]
    (found,) = our_outputs(ours, given)
    difference = np.abs(found - wanted).max()
    print(difference)
    assert difference < 1e-5
