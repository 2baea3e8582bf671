"""An encoder's folder decides about case, unless a flag does."""

import json

import pytest

from nlp_modeling import networks, text, training
from official_runs.finetuning.initialization import load_tokenizer

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] apple Apple".split()


@pytest.fixture
def load(tmp_path):
    folder = training.RunFolder(str(tmp_path), writes=False)

    def load(init_checkpoint, vocab_file=None, lower_case=None):
        return load_tokenizer(
            folder,
            init_checkpoint=init_checkpoint and str(init_checkpoint),
            vocab_file=vocab_file and str(vocab_file),
            lower_case=lower_case,
            learned_size=None,
        )

    return load


def preset(folder):
    networks.TransformerEncoder(
        len(VOCABULARY), 8, 1, 2, 8, intermediate_size=8
    ).save_to_preset(folder)
    text.BertTokenizer(VOCABULARY, lower_case=False).save_to_preset(folder)


def hugging_face(folder):
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY))
    (folder / "config.json").write_text("{}")
    settings = json.dumps({"do_lower_case": False})
    (folder / "tokenizer_config.json").write_text(settings)


@pytest.mark.parametrize("make", [preset, hugging_face])
def test_the_encoders_folder_decides_about_case(load, tmp_path, make):
    make(tmp_path / "run" / "encoder")
    vocab_file = tmp_path / "run" / "encoder" / "vocab.txt"
    for source in (tmp_path / "run", tmp_path / "run" / "encoder"):
        assert load(source)("Apple").numpy().tolist() == [6]
        assert load(source, vocab_file)("Apple").numpy().tolist() == [6]
        assert load(source, None, True)("Apple").numpy().tolist() == [5]
    # Of a checkpoint of TensorFlow, the vocabulary's folder.
    assert load(None, vocab_file)("Apple").numpy().tolist() == [6]


def test_a_vocabulary_alone_is_uncased(load, tmp_path):
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY))
    assert load(None, tmp_path / "vocab.txt")("Apple").numpy() == [5]
    with pytest.raises(ValueError, match="--vocab_file must name"):
        load(None)
