"""A BERT that Model Garden exported for TF Hub gives the same outputs."""

import numpy as np
import pytest

from nlp_modeling import models
from tests.peers.test_hugging_face_models import features, our_outputs

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmno"]


@pytest.mark.parametrize(
    ("kind", "with_mlm"),
    [("config", False), ("config", True), ("bert", False), ("bert_v2", True)],
)
def test_an_exported_bert_comes_in(kind, with_mlm, tmp_path):
    exporter = pytest.importorskip("official.nlp.tools.export_tfhub_lib")
    import tensorflow as tf
    from official.legacy.bert import configs
    from official.nlp.configs import encoders

    sizes = {
        "vocab_size": 20,
        "hidden_size": 8,
        "intermediate_size": 12,
        "max_position_embeddings": 16,
        "num_attention_heads": 2,
        "type_vocab_size": 3,
    }
    described = {
        "bert_config": configs.BertConfig(**sizes, num_hidden_layers=2)
    }
    if kind != "config":
        encoder = encoders.BertEncoderConfig(**sizes, num_layers=2)
        described = {
            "encoder_config": encoders.EncoderConfig(
                **{"type": kind, kind: encoder}
            )
        }
    theirs, whole = exporter._create_model(
        **{"bert_config": None, "encoder_config": None, **described},
        with_mlm=with_mlm,
    )
    draw = np.random.default_rng(2)
    for weight in whole.weights:
        weight.assign(weight + 0.3 * draw.normal(size=weight.shape))
    items = {"model": whole, "encoder": whole}
    if with_mlm:
        items = whole.checkpoint_items
    path = tf.train.Checkpoint(**items).save(str(tmp_path / "checkpoint"))
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("".join(f"{x}\n" for x in VOCABULARY))
    exporter.export_model(
        str(tmp_path / "hub"),
        **described,
        model_checkpoint_path=path,
        with_mlm=with_mlm,
        vocab_file=str(vocabulary),
        do_lower_case=False,
    )
    ours, given = models.load_model(tmp_path / "hub"), features()
    found = our_outputs(ours, given)
    if with_mlm:
        places = np.broadcast_to(np.arange(12, dtype="int32"), (4, 12))
        asked = {**given, "masked_lm_positions": places}
        wanted = [theirs.mlm(asked)["mlm_logits"]]
        tokenizer = ours.preprocessor.tokenizer
        assert tokenizer.vocabulary == VOCABULARY
        assert not tokenizer.lower_case
    else:
        outputs = theirs(given)
        names = ("sequence_output", "pooled_output")
        wanted = [outputs[name] for name in names]
    for own, other in zip(found, wanted, strict=True):
        difference = np.abs(own - other).max()
        print(difference)
        assert difference < 1e-5
