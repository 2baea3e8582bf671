"""fast_tokenizer gives BertTokenizer's ids, and needs no TensorFlow."""

import gzip
import itertools
import pickle
import random
import re
import subprocess
import sys
import unicodedata

import pytest
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.text import fast_tokenizer as module
from nlp_modeling.text.fast_tokenizer import (
    encode_with_offsets,
    fast_tokenizer,
)
from nlp_modeling.text.normalize_text import normalize_text
from tests.text.conftest import PIECES
from tests.text.hard_strings import hard_strings

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SETTINGS = pytest.mark.parametrize(
    ("lower_case", "strip_accents"),
    list(itertools.product([True, False], repeat=2)),
    ids=lambda value: str(value),
)
PLANES = pytest.mark.parametrize(
    "planes",
    [
        (0, 1, 2, 3, 14, 15, 16),
        # No character is assigned there.
        pytest.param(tuple(range(4, 14)), marks=pytest.mark.slow),
    ],
    ids=["assigned", "unassigned"],
)
# Marks that stay where accents are stripped, and change places when sorted.
SORTED_MARKS = (
    "\u0897\u1715\u1734\u1b44\u1baa\u1bf2\u1bf3\u302e\u302f\ua953\ua9c0"
    "\U00010d69\U00010d6a\U00010d6b\U00010d6c\U00010d6d\U000111c0\U00011235"
    "\U0001134d\U000113ce\U000113cf\U000113d0\U000116b6\U0001193d\U00011f41"
    "\U0001612f\U00016ff0\U00016ff1\U0001d165\U0001d166\U0001d16d\U0001d16e"
    "\U0001d16f\U0001d170\U0001d171\U0001d172\U0001e5ee\U0001e5ef"
)


def characters(planes):
    codes = (c for p in planes for c in range(p << 16, p + 1 << 16))
    return [chr(c) for c in codes if not 0xD800 <= c <= 0xDFFF]


def in_batches(values, size=1 << 16):
    return [values[i : i + size] for i in range(0, len(values), size)]


def character_vocabulary(strings):
    """An entry for every character, so that no difference hides in [UNK]."""
    everything = "".join(strings)
    everything += everything.lower() + everything.upper()
    everything += unicodedata.normalize("NFD", everything)
    pieces = [
        c
        for c in sorted(set(everything))
        if unicodedata.category(c) not in ("Zs", "Zl", "Zp", "Cc", "Cf", "Co")
    ]
    return [*SPECIAL, *pieces, *("##" + c for c in pieces)]


def assert_same(strings, vocabulary, *settings, kept=()):
    tokenizer = text.BertTokenizer(
        vocabulary, *settings, keep_special_tokens=bool(kept)
    )
    expected = tokenizer.tokenize_with_offsets(strings, "characters")
    expected = [
        list(zip(*row, strict=True))
        for row in zip(*(x.to_list() for x in expected), strict=True)
    ]
    fast = fast_tokenizer(vocabulary, *settings, kept)
    batch = fast.encode_batch(strings, add_special_tokens=False)
    found = encode_with_offsets(fast, strings)
    for string, encoding, ours, theirs in zip(
        strings, batch, found, expected, strict=True
    ):
        ids = [piece[0] for piece in theirs]
        assert encoding.ids == ids == [piece[0] for piece in ours], string
        moves = not set(SORTED_MARKS).isdisjoint(
            unicodedata.normalize("NFD", string)
        )
        if not (settings[1] and moves):
            assert ours == theirs, string


@PLANES
@SETTINGS
def test_every_character_is_normalized_the_same(
    planes, lower_case, strip_accents
):
    normalizer = fast_tokenizer(PIECES, lower_case, strip_accents).normalizer
    # Alone, in a word, between marks that are sorted, and with short marks.
    wholes = [
        f"{c} a{c}b \u302e{c}\u1b44 {c}\u0301 {c}\u0488"
        for c in characters(planes)
        if c != "\n"
    ]
    for batch in in_batches(wholes):
        lines = "\n".join(batch)
        expected = normalize_text(tf.constant(lines), lower_case, strip_accents)
        different = [
            (ascii(whole), ascii(found), ascii(expected))
            for whole, found, expected in zip(
                batch,
                normalizer.normalize_str(lines).split("\n"),
                expected.numpy().decode().split("\n"),
                strict=True,
            )
            if found != expected
        ]
        assert different == []


@PLANES
def test_every_character_joins_or_parts_words_the_same(planes):
    vocabulary = [*SPECIAL, "aaa", "aaab", "b", "##b", "##a"]
    words = [f"aaa{c}b" for c in characters(planes)]
    for batch in in_batches(words):
        strings = list(map(" ".join, in_batches(batch, 64)))
        assert_same(strings, vocabulary, False, False)


@SETTINGS
def test_2_000_hard_strings_are_the_same(lower_case, strip_accents):
    strings = hard_strings(2_000, seed=7)
    vocabulary = character_vocabulary(strings)
    assert_same(strings, vocabulary, lower_case, strip_accents)


@pytest.mark.slow
@SETTINGS
def test_20_000_hard_strings_are_the_same(lower_case, strip_accents):
    strings = hard_strings(20_000, seed=8)
    vocabulary = character_vocabulary(strings)
    assert_same(strings, vocabulary, lower_case, strip_accents)


@pytest.mark.slow
@SETTINGS
def test_every_line_of_wikipedia_is_the_same(
    data_folder, lower_case, strip_accents
):
    path = data_folder / "wikipedia" / "valid.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    assert len(lines) > 3000
    # Half of the words are entries, in both cases; others fall into parts.
    words = {word for line in lines[::2] for word in re.findall(r"\w+", line)}
    words |= {word.lower() for word in words}
    vocabulary = dict.fromkeys(character_vocabulary(lines))
    vocabulary |= dict.fromkeys(sorted(words))
    vocabulary |= dict.fromkeys("##" + word[-3:] for word in sorted(words))
    assert_same(lines, list(vocabulary), lower_case, strip_accents)


@SETTINGS
def test_marks_are_sorted_the_same(lower_case, strip_accents):
    rng = random.Random(9)
    characters = SORTED_MARKS + "aÉ\u0301\u07fd\u0488\u200d\x00\x01\ue000\n"
    strings = [
        "".join(rng.choices(characters, k=rng.randint(2, 9)))
        for _ in range(5_000)
    ]
    vocabulary = character_vocabulary(strings)
    assert_same(strings, vocabulary, lower_case, strip_accents)


@SETTINGS
def test_kept_tokens_are_found_at_the_same_places(lower_case, strip_accents):
    # A split by a regular expression in TensorFlow ends at a null character.
    strings = [
        string.replace("\0", "") for string in hard_strings(2_000, seed=10)
    ]
    assert sum("[MASK]" in string for string in strings) > 20
    vocabulary = character_vocabulary(strings)
    assert_same(strings, vocabulary, lower_case, strip_accents, kept=SPECIAL)


@pytest.mark.parametrize(
    ("kept", "string", "pieces"),
    [
        ((), "[MASK]", ["[", "mask", "]"]),
        (["[MASK]"], "the[MASK]s [SEP]", "the [MASK] [UNK] [ [UNK] ]".split()),
        (["[MASK]"], "[mask][MA\u0301SK]", ["[", "mask", "]"] * 2),
        (["[MASK]", "[SEP]"], "[SEP][MASK]", ["[SEP]", "[MASK]"]),
    ],
)
def test_only_kept_tokens_stay_whole(kept, string, pieces):
    fast = fast_tokenizer(PIECES, True, True, kept)
    assert fast.encode(string, add_special_tokens=False).tokens == pieces


@pytest.mark.parametrize(
    ("string", "pieces"),
    [
        ("e" * 100, ["e"] + 99 * ["##e"]),
        ("e" * 101 + " a", ["[UNK]", "a"]),
        ("é" * 100 + "-" + "é" * 101, ["e"] + 99 * ["##e"] + ["-", "[UNK]"]),
        ("e\u0301" * 100, ["e"] + 99 * ["##e"]),
    ],
)
def test_a_word_of_more_than_100_characters_is_unknown(string, pieces):
    fast = fast_tokenizer([*PIECES, "##e"], True, True)
    assert fast.encode(string, add_special_tokens=False).tokens == pieces


def test_offsets_include_the_accents_of_a_word():
    fast = fast_tokenizer(PIECES, True, True, ["[MASK]"])
    string = "cafe\u0301\u0301! [MASK]\u0301 日本"
    cafe, exclamation, mask, sun, root = map(
        PIECES.index, ["cafe", "!", "[MASK]", "日", "本"]
    )
    assert encode_with_offsets(fast, [string, ""]) == [
        [
            (cafe, 0, 6),
            (exclamation, 6, 7),
            (mask, 8, 14),
            (sun, 16, 17),
            (root, 17, 18),
        ],
        [],
    ]


def test_offsets_end_before_accents_that_are_kept():
    fast = fast_tokenizer([*SPECIAL, "e\u0301", "e"], False, False)
    assert encode_with_offsets(fast, ["e e\u0301"]) == [[(6, 0, 1), (5, 2, 4)]]


def test_a_mark_that_is_sorted_before_an_accent_has_the_place_of_it():
    # NFD sorts the dot of a Korean tone, of class 224, before an acute, of 230.
    fast = fast_tokenizer([*SPECIAL, "a", "##\u302e"], True, True)
    found = encode_with_offsets(fast, ["a\u0301\u302e"])
    assert found == [[(5, 0, 2), (6, 1, 2)]]


def test_lone_surrogates_count_as_not_there():
    fast = fast_tokenizer(PIECES, True, True)
    found = encode_with_offsets(fast, ["\ud800ca\udfffts \udc00", "\ud83d"])
    cat, s = PIECES.index("cat"), PIECES.index("##s")
    assert found == [[(cat, 1, 5), (s, 5, 6)], []]


def test_a_kept_token_outside_the_vocabulary_is_refused():
    with pytest.raises(ValueError, match=r"missing=\['\[X\]'\]"):
        fast_tokenizer(PIECES, True, True, ["[MASK]", "[X]"])


def test_a_copy_by_pickle_gives_the_same():
    fast = fast_tokenizer(PIECES, True, True, ["[MASK]"])
    copy = pickle.loads(pickle.dumps(fast))
    strings = hard_strings(100, seed=11)
    assert encode_with_offsets(copy, strings) == encode_with_offsets(
        fast, strings
    )


def test_what_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ImportError, match=r"'nlp_modeling\[tokenizers\]'"):
        fast_tokenizer(PIECES, True, True)


def test_no_tensorflow_is_loaded():
    code = f"""
import importlib.util, sys
sys.modules["tensorflow"] = sys.modules["tensorflow_text"] = None
spec = importlib.util.spec_from_file_location("fast", {module.__file__!r})
fast = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fast)
tokenizer = fast.fast_tokenizer({PIECES!r}, True, True)
print(tokenizer.encode("The CATS").tokens)
"""
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert printed.stdout.strip() == "['the', 'cat', '##s']", printed.stderr
