"""BertTokenizer splits text as BERT does, wherever TensorFlow runs."""

import json
import pathlib
import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# Made by Hugging Face's tokenizer: see tests/peers/make_hard_string_ids.py.
HARD = json.loads(
    pathlib.Path(__file__).with_name("hard_string_ids.json").read_text()
)


@pytest.mark.parametrize("case", ["cased", "uncased"])
def test_hard_strings_have_hugging_faces_ids_and_places(case):
    tokenizer = text.BertTokenizer(HARD["vocabulary"], case == "uncased")
    ids, starts, _ = tokenizer.tokenize_with_offsets(
        HARD["strings"], "characters"
    )
    assert ids.to_list() == HARD[case]["ids"]
    assert starts.to_list() == HARD[case]["starts"]


@pytest.mark.parametrize(
    "string, pieces",
    [
        ("Unaffable cats!", ["un", "##aff", "##able", "cat", "##s", "!"]),
        ("naïve café", ["naive", "cafe"]),
        ("cafe\u0301", ["cafe"]),  # the accent by itself
        ("ca\u200bts \x00o\u00adn", ["cat", "##s", "on"]),
        ("日本x", ["日", "本", "x"]),
        ("한", ["ᄒ", "##ᅡ", "##ᆫ"]),
        ("ΟΔΟΣ", ["ο", "##δ", "##ο", "##σ"]),  # no final sigma
        ("the\u3000mat\u2028,", ["the", "mat", ","]),
        ("a…", ["a", "[UNK]"]),  # an ellipsis is not three dots
        ("[MASK]", ["[", "mask", "]"]),  # text is only text
        ("##s", ["#", "#", "[UNK]"]),
        ("", []),
        (" \t\n", []),
        ("e" * 100, ["e"] + 99 * ["##e"]),
        ("e" * 101, ["[UNK]"]),
        ("é" * 100 + "-" + "é" * 101, ["e"] + 99 * ["##e"] + ["-", "[UNK]"]),
        ("e\u0301" * 100 + "\u0301", ["e"] + 99 * ["##e"]),
        ("ε" * 100 + " a", ["[UNK]", "a"]),
    ],
)
def test_pieces(tokenizer, pieces_of, string, pieces):
    assert pieces_of(tokenizer([string])) == [pieces]
    assert pieces_of(tokenizer(string)) == pieces


def test_cased_keeps_case_and_accents():
    tokenizer = text.BertTokenizer([*SPECIAL, "É", "é", "e"], lower_case=False)
    assert tokenizer(["É é e E"]).to_list() == [[5, 6, 7, 1]]


def test_ids_are_known_by_name(tokenizer):
    names = ["pad", "unk", "cls", "sep", "mask"]
    ids = [getattr(tokenizer, f"{name}_id") for name in names]
    assert [tokenizer.vocabulary[i] for i in ids] == SPECIAL
    continues = np.flatnonzero(tokenizer.continues_word)
    assert {tokenizer.vocabulary[i][:2] for i in continues} == {"##"}
    assert tokenizer.vocab_size == len(tokenizer.vocabulary)


STRINGS = [
    "The café sat…",
    "",
    "日本 한a\u200bt cafe\u0301\u0301! x",
    "é" * 101,
]
# Read off by hand; an accent belongs to the letter before it.
SPANS = [
    [(0, 3), (4, 8), (9, 12), (12, 13)],
    [],
    [(0, 1), (1, 2), (3, 7), (8, 14), (14, 15), (16, 17)],
    [(0, 101)],
]


def test_characters_point_into_the_text_as_it_was(tokenizer):
    _, starts, ends = tokenizer.tokenize_with_offsets(STRINGS, "characters")
    spans = [
        list(zip(*pair, strict=True))
        for pair in zip(starts.to_list(), ends.to_list(), strict=True)
    ]
    assert spans == SPANS


def test_bytes_cut_out_the_same_text_as_characters(tokenizer):
    _, starts, ends = tokenizer.tokenize_with_offsets(STRINGS, "bytes")
    for string, spans, s, e in zip(
        STRINGS, SPANS, starts.to_list(), ends.to_list(), strict=True
    ):
        cut = [string.encode()[a:b].decode() for a, b in zip(s, e, strict=True)]
        assert cut == [string[a:b] for a, b in spans]


@pytest.mark.parametrize("lower_case", [True, False])
def test_bytes_that_are_not_utf_8_count_as_not_there(lower_case):
    tokenizer = text.BertTokenizer([*SPECIAL, "ab", "é"], lower_case)
    whole, broken = "ab é ab".encode(), b"\xffa\xc3b \xc3\xa9\x80 ab\xf0"
    ids, starts, ends = tokenizer.tokenize_with_offsets([whole, broken])
    assert ids[0].numpy().tolist() == ids[1].numpy().tolist()
    assert starts[1].numpy().tolist() == [1, 5, 9]
    assert ends[1].numpy().tolist() == [4, 7, 11]


def test_offsets_do_not_depend_on_the_rest_of_the_batch(tokenizer):
    together = tokenizer.tokenize_with_offsets(STRINGS)
    for row, string in enumerate(STRINGS):
        alone = tokenizer.tokenize_with_offsets([string])
        for all_rows, one in zip(together, alone, strict=True):
            assert all_rows[row].numpy().tolist() == one[0].numpy().tolist()


def test_an_unknown_unit_is_refused(tokenizer):
    with pytest.raises(ValueError, match="Received: unit='words'"):
        tokenizer.tokenize_with_offsets(["a"], "words")


def test_detokenize_joins_pieces(tokenizer):
    ids = tokenizer(["Unaffable cats, café", ""])
    joined = tokenizer.detokenize(ids).numpy().tolist()
    assert joined == [b"unaffable cats , cafe", b""]


def test_tf_data_gives_the_same(tokenizer):
    batches = tf.data.Dataset.from_tensors(STRINGS).map(tokenizer)
    ids = next(iter(batches))
    assert ids.dtype == tf.int32
    assert ids.to_list() == tokenizer(STRINGS).to_list()


def test_a_saved_model_gives_the_same(tokenizer, tmp_path):
    signature = [tf.TensorSpec([None], tf.string)]
    module = tf.Module()
    module.tokenize = tf.function(
        lambda strings: tokenizer.tokenize_with_offsets(strings, "characters"),
        input_signature=signature,
    )
    tf.saved_model.save(module, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path)).tokenize(tf.constant(STRINGS))
    expected = tokenizer.tokenize_with_offsets(STRINGS, "characters")
    for a, b in zip(loaded, expected, strict=True):
        assert a.to_list() == b.to_list()


def test_a_config_is_enough_to_make_it_again(tokenizer):
    config = json.loads(
        json.dumps(keras.saving.serialize_keras_object(tokenizer))
    )
    again = keras.saving.deserialize_keras_object(config)
    assert again(STRINGS).to_list() == tokenizer(STRINGS).to_list()


def test_a_vocabulary_is_read_by_line(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes("\r\n".join([*SPECIAL, "é", "a"]).encode())
    assert text.read_vocabulary(str(path)) == [*SPECIAL, "é", "a"]
    assert text.BertTokenizer(str(path), False)(["a é"]).to_list() == [[6, 5]]


@pytest.mark.parametrize(
    "vocabulary, message",
    [
        (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"], r"without \[MASK\]"),
        ([*SPECIAL, "a", "b", "a"], "line=6: 'a' more than once"),
        ([*SPECIAL, 300 * "a"], "exceeds the max supported"),
        ("nowhere/vocab.txt", "nowhere/vocab.txt"),
    ],
)
def test_a_bad_vocabulary_is_refused(vocabulary, message):
    with pytest.raises(ValueError, match=message):
        text.BertTokenizer(vocabulary)


def test_a_vocabulary_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"[PAD]\n\xff\n")
    with pytest.raises(ValueError, match="vocab.txt"):
        text.BertTokenizer(str(path))


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], r"without \[PAD\]"),
        (SPECIAL, "No valid vocab tokens"),
        ([*SPECIAL, "a", "a"], "line=6: 'a'"),
        ([*SPECIAL[1:], "a"], r"without \[PAD\]"),
        ([*SPECIAL, "", ""], "line=6: ''"),
    ],
)
def test_a_bad_file_of_a_vocabulary_is_named(tmp_path, entries, message):
    path = tmp_path / "vocab.txt"
    path.write_text("".join(f"{entry}\n" for entry in entries))
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.*{message}"):
        text.BertTokenizer(path)


def test_a_folder_is_no_vocabulary(tmp_path):
    with pytest.raises(ValueError, match=re.escape(str(tmp_path))):
        text.BertTokenizer(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_entry(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join([*SPECIAL, "a"]), encoding="utf-8-sig")
    assert text.BertTokenizer(path).pad_id == 0


# What each setting leaves of "Éa": the fast tokenizer of Hugging Face strips
# accents before it lowers the case, and by `lower_case` if not told.
@pytest.mark.parametrize(
    ("lower_case", "strip_accents", "left"),
    [
        (True, None, "ea"),
        (True, True, "ea"),
        (True, False, "éa"),
        (False, None, "Éa"),
        (False, False, "Éa"),
        (False, True, "Ea"),
    ],
)
def test_accents_and_case_are_dropped_alone(lower_case, strip_accents, left):
    wholes = ["ea", "éa", "Éa", "Ea"]
    tokenizer = text.BertTokenizer(
        [*SPECIAL, *wholes], lower_case, strip_accents
    )
    ids, starts, ends = tokenizer.tokenize_with_offsets(["- Éa", "E\u0301a"])
    assert ids[0, 1].numpy() == 5 + wholes.index(left)
    assert (starts[0, 1].numpy(), ends[0, 1].numpy()) == (2, 5)
    again = text.BertTokenizer.from_config(tokenizer.get_config())
    assert again(["- Éa"]).to_list() == [ids[0].numpy().tolist()]


def test_one_string_has_offsets_without_a_batch(tokenizer):
    alone = tokenizer.tokenize_with_offsets("Unaffable cats")
    batch = tokenizer.tokenize_with_offsets(["Unaffable cats"])
    for one, all_rows in zip(alone, batch, strict=True):
        assert one.numpy().tolist() == all_rows[0].numpy().tolist()


def kept(*more):
    return text.BertTokenizer(
        [*SPECIAL, "[A]", "cat", *"[]maskdog"],
        special_tokens=[*SPECIAL, *more],
        keep_special_tokens=True,
    )


def test_a_special_token_in_a_text_stays_one_token_when_asked():
    tokenizer = kept("[A]")
    strings = ["cat [MASK]cat[A][SEP]", "[MASK", "", "\0[MASK]", "[mask]"]
    ids, starts, ends = tokenizer.tokenize_with_offsets(strings)
    pieces = [[tokenizer.id_to_token(i) for i in row] for row in ids.to_list()]
    assert pieces == [
        ["cat", "[MASK]", "cat", "[A]", "[SEP]"],
        ["[", "[UNK]"],
        [],
        ["[MASK]"],
        ["[", "[UNK]", "]"],
    ]
    assert starts.to_list()[0] == [0, 4, 10, 13, 16]
    assert ends.to_list()[0] == [3, 10, 13, 16, 21]
    assert tokenizer(strings).to_list() == ids.to_list()


def test_places_around_special_tokens_count_characters():
    string = "éé[MASK]é cat"
    strings = ["cat", string]
    _, starts, ends = kept().tokenize_with_offsets(strings, "characters")
    spans = zip(starts.to_list()[1], ends.to_list()[1], strict=True)
    assert [string[a:b] for a, b in spans] == ["éé", "[MASK]", "é", "cat"]


def test_ids_and_tokens_are_found_by_each_other(tokenizer):
    for id in range(tokenizer.vocab_size):
        assert tokenizer.token_to_id(tokenizer.id_to_token(id)) == id
    with pytest.raises(ValueError, match="token='dog'"):
        tokenizer.token_to_id("dog")
    for id in (-1, tokenizer.vocab_size):
        with pytest.raises(ValueError, match=f"id={id}"):
            tokenizer.id_to_token(id)


def test_special_tokens_may_be_others_than_berts(tmp_path):
    tokens = ["[PAD]", "[UNK]", "[START]", "[END]"]
    tokenizer = text.BertTokenizer([*tokens, "cat"], special_tokens=tokens)
    assert tokenizer(["cat"]).to_list() == [[4]]
    with pytest.raises(ValueError, match=r"token='\[CLS\]'"):
        _ = tokenizer.cls_id
    tokenizer.save_to_preset(tmp_path)
    loaded = text.BertTokenizer.from_preset(tmp_path)
    assert loaded.special_tokens == tuple(tokens)
    copy = text.BertTokenizer.from_config(loaded.get_config())
    assert copy.special_tokens == tuple(tokens)
    with pytest.raises(ValueError, match="special_tokens"):
        text.BertTokenizer([*tokens, "cat"], special_tokens=["[START]"])


def test_encode_gives_the_ids_of_the_graph(tokenizer):
    for found, ids in zip(
        tokenizer.encode(STRINGS), tokenizer(STRINGS).to_list(), strict=True
    ):
        assert found.tolist() == ids
