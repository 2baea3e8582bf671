"""A tokenizer does what its folder says, or refuses the folder."""

import json

import pytest
import tensorflow as tf

from nlp_modeling import text

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] e E é É".split()


def write(folder, **contents):
    """Writes JSON by the names of files, and a vocabulary."""
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY))
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content))


def normalizer(**settings):
    return {"normalizer": {"type": "BertNormalizer", **settings}}


@pytest.mark.parametrize(
    ("contents", "left"),
    [
        ({}, "e"),
        ({"tokenizer": {"lower_case": False}}, "É"),
        ({"tokenizer": {"lower_case": True, "strip_accents": False}}, "é"),
        ({"tokenizer_config": {"do_lower_case": False}}, "É"),
        ({"tokenizer_config": {"strip_accents": False}}, "é"),
        (
            {
                "tokenizer_config": {
                    "do_lower_case": False,
                    "strip_accents": True,
                }
            },
            "E",
        ),
        ({"tokenizer": normalizer(lowercase=False)}, "É"),
        ({"tokenizer": normalizer(strip_accents=False, lowercase=True)}, "é"),
        (
            {
                "tokenizer": normalizer(lowercase=False),
                "tokenizer_config": {"do_lower_case": True},
            },
            "e",
        ),
    ],
)
def test_a_folder_decides_case_and_accents(tmp_path, contents, left):
    write(tmp_path, **contents)
    tokenizer = text.BertTokenizer.from_preset(tmp_path)
    assert tokenizer.vocabulary[tokenizer("É")[0]] == left
    tokenizer.save_to_preset(tmp_path / "again")
    again = text.BertTokenizer.from_preset(tmp_path / "again")
    assert again.vocabulary[again("É")[0]] == left


def test_an_argument_wins_over_the_folder(tmp_path):
    write(tmp_path, tokenizer={"lower_case": False})
    tokenizer = text.BertTokenizer.from_preset(tmp_path, lower_case=True)
    assert tokenizer.vocabulary[tokenizer("É")[0]] == "e"


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("tokenizer_config", {"tokenize_chinese_chars": False}, "must be True"),
        ("tokenizer_config", {"do_basic_tokenize": False}, "must be True"),
        ("tokenizer_config", {"never_split": ["[X]"]}, "never_split"),
        ("tokenizer_config", {"do_lower_case": "no"}, "do_lower_case"),
        ("tokenizer_config", [], "got `array`"),
        ("tokenizer", [], "got `array`"),
        ("tokenizer", {"lower_case": 1}, "lower_case"),
        ("tokenizer", {"normalizer": None}, "normalizer"),
        ("tokenizer", {"normalizer": {"type": "Lowercase"}}, "BertNormalizer"),
        ("tokenizer", normalizer(handle_chinese_chars=False), "chinese"),
        ("tokenizer", normalizer(clean_text=False), "clean_text"),
        ("tokenizer", {"model": {"type": "Unigram"}}, "WordPiece"),
        ("tokenizer", {"model": {"max_input_chars_per_word": 9}}, "=9"),
    ],
)
def test_what_the_tokenizer_does_not_do_is_refused(
    tmp_path, file, content, message
):
    write(tmp_path, **{file: content})
    with pytest.raises(ValueError, match=message) as caught:
        text.BertTokenizer.from_preset(tmp_path)
    assert f"{tmp_path}/{file}.json" in str(caught.value)


def test_a_vocabulary_may_be_in_tokenizer_json(tmp_path):
    vocab = {piece: index for index, piece in enumerate(VOCABULARY)}
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"model": {"vocab": vocab}}))
    tokenizer = text.BertTokenizer.from_preset(tmp_path)
    assert tokenizer.vocabulary == VOCABULARY
    for bad in ({**vocab, "more": 99}, [], None):
        path.write_text(json.dumps({"model": {"vocab": bad}}))
        with pytest.raises(ValueError, match="vocab.*tokenizer.json"):
            text.BertTokenizer.from_preset(tmp_path)


def test_a_tokenizer_is_kept_in_remote_storage():
    tokenizer = text.BertTokenizer(VOCABULARY, lower_case=False)
    tokenizer.save_to_preset("ram://settings/encoder")
    again = text.BertTokenizer.from_preset("ram://settings/encoder")
    strings = tf.constant(["É e"])
    assert again(strings).to_list() == tokenizer(strings).to_list()


@pytest.mark.parametrize("kept", [5, 8])
def test_a_vocabulary_that_was_cut_is_named(tmp_path, kept):
    write(tmp_path)
    text.BertTokenizer.from_preset(tmp_path).save_to_preset(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY[:kept]))
    said = rf"vocab.txt: {kept} entries, .*tokenizer.json: vocab_size=9"
    with pytest.raises(ValueError, match=said):
        text.BertTokenizer.from_preset(tmp_path)
