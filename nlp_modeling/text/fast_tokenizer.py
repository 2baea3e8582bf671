"""Splits text into BERT's word pieces without TensorFlow."""

import re
import struct
from collections.abc import Sequence

_MAX_CHARACTERS = 100  # As in bert_tokenizer.py.

# The sets of characters of normalize_text.py and of FastWordpieceTokenizer, in
# Oniguruma's syntax. Its accents are those of Unicode 16, theirs those of 15.
_DROPPED = r"\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}\p{Cf}\p{Co}\x{FFFD}"
_ACCENTS = (
    r"\x{1171E}[\p{Mn}&&[^\x{897}\x{10D69}-\x{10D6D}\x{10EFC}"
    r"\x{113BB}-\x{113E2}\x{11F5A}\x{1611E}-\x{1612F}\x{1E5EE}\x{1E5EF}]]"
)
_FIRST_ACCENT = "\u0300"
# Punctuation, ASCII's symbols and ideographs: each is a word.
_WORDS = (
    r"\p{P}!-/:-@\[-`{-~\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}"
    r"\x{20000}-\x{2A6DF}\x{2A700}-\x{2CEAF}\x{2F800}-\x{2FA1F}"
)

# `Lowercase` knows capitals of Unicode 14 to 17, which must stay. Each is
# hidden in a private-use character.
_CAPITALS = {
    chr(code): chr(0xF0000 + code)
    for codes in (
        (0x1C89, 0x2C2F, 0xA7C0),
        range(0xA7CB, 0xA7DD),
        range(0x10570, 0x10596),
        range(0x10D50, 0x10D66),
        range(0x16EA0, 0x16EB9),
    )
    for code in codes
}
# `NFD` is that of Unicode 9, ours of 16. It does not take these apart:
_COMPOSED = """
105C9=105D2+307 105E4=105DA+307 11383=11382+113C9 11385=11384+113BB
1138E=1138B+113C2 11391=11390+113C9 113C5=113C2+113C2 113C7=113C2+113B8
113C8=113C2+113C9 11938=11935+11930 16121=1611E+1611E 16122=1611E+16129
16123=1611E+1611F 16124=16129+1611F 16125=1611E+16120
16126=1611E+1611E+1611F 16127=1611E+16129+1611F 16128=1611E+1611E+16120
16D68=16D67+16D67 16D69=16D63+16D67 16D6A=16D63+16D67+16D67
"""
# It does not sort these, which stay. Each is hidden in an accent that sorts
# like it. The accents that it does not sort either are dropped before.
_MARKS = """
897=11366 10D69=11367 10D6A=11368 10D6B=11369 10D6C=1136A 10D6D=1136B
1E5EE=1136C 1715=11046 113CE=1107F 113CF=110B9 113D0=11133 1193D=114C2
11F41=115BF 1612F=1163F 16FF0=16AF0 16FF1=16AF1 1E5EF=1D17B
"""
_UNSORTED = (
    r"[\p{Mn}&&[\x{7FD}\x{898}-\x{8D3}\x{9FE}\x{C3C}\x{D3B}\x{D3C}\x{EBA}"
    r"\x{1ABF}-\x{1ACE}\x{1DF6}-\x{1DFA}\x{A82C}\x{10D24}-\x{10D27}\x{10EAB}"
    r"\x{10EAC}\x{10EFD}-\x{10F85}\x{11070}\x{1133B}\x{1145E}\x{11839}\x{1183A}"
    r"\x{1193E}-\x{11943}\x{119E0}\x{11A34}\x{11A47}\x{11A99}\x{11D42}\x{11D44}"
    r"\x{11D45}\x{11D97}\x{11F42}\x{1E08F}-\x{1E4EF}]]"
)


def fast_tokenizer(
    vocabulary: list[str],
    lower_case: bool,
    strip_accents: bool,
    kept_tokens: Sequence[str] = (),
):
    """Makes a tokenizer of `tokenizers` with the ids of `BertTokenizer`.

    `encode_batch(strings, add_special_tokens=False)` gives the same ids for
    every text. The library's own BERT parts would not: their tables are those
    of Unicode 8. A lone surrogate is no text, and the library refuses it.
    `encode_with_offsets` drops it.

    Args:
        vocabulary: V word pieces.
        lower_case: Whether text loses its case.
        strip_accents: Whether text loses its accents.
        kept_tokens: Entries of the vocabulary that stay whole in a text.

    Returns:
        `tokenizers.Tokenizer`.

    Raises:
        ImportError: If `tokenizers` is not installed.
        ValueError: If the vocabulary lacks a kept token.
    """
    tokenizers = _tokenizers()
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    missing = [token for token in kept_tokens if token not in ids]
    if missing:
        raise ValueError(
            "`kept_tokens` must be entries of the vocabulary. "
            f"Received: {missing=}."
        )
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordPiece(
            ids, unk_token="[UNK]", max_input_chars_per_word=_MAX_CHARACTERS
        )
    )
    tokenizer.normalizer = _normalizer(lower_case, strip_accents)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split(
        tokenizers.Regex(rf"[{_WORDS}]|[^\s{_WORDS}]+"), "removed", invert=True
    )
    tokenizer.add_special_tokens(
        [
            tokenizers.AddedToken(token, normalized=False, special=True)
            for token in kept_tokens
        ]
    )
    return tokenizer


def encode_with_offsets(tokenizer, strings: Sequence[str]):
    """Splits text into word pieces and their offsets in the text.

    They are those of `BertTokenizer.tokenize_with_offsets` with the unit
    "characters". One kind of text is an exception, if accents are stripped: NFD
    sorts the marks of a letter, and the few that are no accents, like the dots
    of Korean tones, may have the place of another mark of the letter.

    Args:
        tokenizer: A result of `fast_tokenizer`.
        strings: B strings. Lone surrogates count as not there.

    Returns:
        For each string a list of T tuples: id, start, exclusive end.
    """
    tokenizers = _tokenizers()
    accents = tokenizers.normalizers.Replace(
        tokenizers.Regex(f"[{_ACCENTS}]"), ""
    )
    strips = not tokenizer.normalizer.normalize_str("\u0301")
    kept = {
        id: token.content
        for id, token in tokenizer.get_added_tokens_decoder().items()
    }

    def end_of_accents(string, id, start, end):
        if not strips or string[start:end] == kept.get(id):
            return end
        while string[end : end + 1] >= _FIRST_ACCENT and not (
            accents.normalize_str(string[end])
        ):
            end += 1
        return end

    # The replacement character is dropped later, and keeps the place.
    strings = [re.sub("[\ud800-\udfff]", "\ufffd", x) for x in strings]
    found = tokenizer.encode_batch(strings, add_special_tokens=False)
    return [
        [
            (id, start, end_of_accents(string, id, start, end))
            for id, (start, end) in zip(each.ids, each.offsets, strict=True)
        ]
        for string, each in zip(strings, found, strict=True)
    ]


def _tokenizers():
    try:
        import tokenizers
    except ImportError as error:
        raise ImportError(
            "Text without TensorFlow needs "
            "`pip install 'nlp_modeling[tokenizers]'`."
        ) from error
    return tokenizers


def _normalizer(lower_case, strip_accents):
    """Does what `normalize_text` does."""
    from tokenizers import Regex, normalizers

    def replace(characters, by=""):
        return normalizers.Replace(Regex(characters), by)

    if not lower_case and not strip_accents:
        return replace(f"[{_DROPPED}]")
    hidden, dropped, joins = {}, _DROPPED, r"\p{M}"
    if lower_case:
        hidden |= _CAPITALS
    # The text may not have the characters that others are hidden in.
    steps = [replace(r"\p{Co}", "\0")]
    if strip_accents:
        marks = _table(_MARKS)
        hidden |= marks
        dropped += _ACCENTS
        joins = "\u0488\u0489"  # The others of 2 bytes are accents.
        steps.append(replace(f"[{_UNSORTED}{''.join(marks.values())}]"))
    shown = {cover: c for c, cover in hidden.items()}
    # `Precompiled` loses a mark of 2 bytes after a character of 3 bytes that it
    # replaces, unless a control character is between them.
    short = "".join(c for c in hidden if c < "\U00010000")
    steps.append(replace(rf"[{short}]\K(?=[{joins}])", "\0"))
    if strip_accents:
        composed = _table(_COMPOSED)
        steps += [_precompiled(hidden | composed), normalizers.NFD()]
    else:
        steps.append(_precompiled(hidden))
    steps.append(replace(f"[{dropped}&&[^{''.join(shown)}]]"))
    if lower_case:
        steps.append(normalizers.Lowercase())
    return normalizers.Sequence([*steps, _precompiled(shown)])


def _table(rows):
    """Reads "code=code+code ..."."""
    return {
        chr(int(character, 16)): "".join(chr(int(x, 16)) for x in to.split("+"))
        for character, to in (row.split("=") for row in rows.split())
    }


def _precompiled(table):
    """Replaces characters by a table, in the format of SentencePiece."""
    from tokenizers import normalizers

    # A double array: the children of a node fill a block of 256 units.
    units = [256 << 10] + 511 * [0]
    blocks = {b"": 256}
    strings = b""
    for character, replacement in table.items():
        key = character.encode()
        for i, byte in enumerate(key):
            at = blocks[key[:i]] + byte
            if key[: i + 1] not in blocks:
                blocks[key[: i + 1]] = len(units)
                units[at] = (at ^ len(units)) << 10 | byte
                units += 256 * [0]
        units[at] |= 1 << 8  # The child 0 has the place of the replacement.
        units[blocks[key]] = 1 << 31 | len(strings)
        strings += replacement.encode() + b"\0"
    array = struct.pack(f"<{len(units)}I", *units)
    return normalizers.Precompiled(
        struct.pack("<I", len(array)) + array + strings
    )
