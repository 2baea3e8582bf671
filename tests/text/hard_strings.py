"""Draws strings on which tokenizers differ."""

import random
import string
import sys
import unicodedata

_SCRIPTS = (
    string.ascii_letters + string.digits,
    "àéîõüÀÉÎÕÜçñøßŁłĐđİıŠžſẞǅﬁﬀÅÅΩKœÆ",
    "αβγδεζηθικλμνξοπρσςτυφχψωΑΒΓΔΣΤΩάέήίόύώΐΰᾳὨ",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВЁЙЯїЇґ",
    "אבגדהוזחטיךכלםמןנסעףפץצקרשתשׁבּ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويآأإةىًٌّ",
    "अआइईउकखगघचछजझटठडढतथदधनपफबभमयरलवशषसह़ािीुूेैोौ्क़ज़",
    "กขคงจฉชซญดตถทธนบปผฝพฟมยรลวสหอฮะัาำิีึืุูเแโใไ่้๊๋",
    "가각간갇갈감갑값강개객거한국어조선말글학교ᄀ나ᅢᆨᆫ",
    "あいうえおがぎぐげごぱびアイウエオガギグパヴー々〇",
    "一丁七万丈三上下不世中主国國語日本人大学龍㐀㐁豈更車﨑",
    "𠀀𠀁𪜀𪝀𫝀𬺡𝐀𝐚𝔸𝕒𝟘𐐀𐐨😀",
    "ⅠⅣⓐⒶ①½¼ªº²³™…ﷺㅏ㌀ＡＢｃ！？．ｱｶﾞ",
    "ᏣᎳᎩᲐᲑაბႠႡⴀⴁԱԲաբև",
)
_ACCENTS = (
    "\u0300\u0301\u0302\u0303\u0304\u0308\u030a\u030c\u0323\u0327\u0328"
    "\u0344\u0345\u0483\u05b0\u05bc\u064b\u0651\u093c\u094d\u0e31\u20d0"
    "\u302e\u3099\u309a\ufe0f\ufe20\U0001d165\U0001d16e"
)
_INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202e\u2066\u180e"
    "\U000e0041\U000e0100"
)
_CONTROLS = "".join(map(chr, (*range(32), *range(127, 160)))) + "\ufffd\ue000"
_SPACES = " \t\n\r\u00a0\u1680\u2000\u2003\u2009\u2028\u2029\u202f\u205f\u3000"
_EMOJI = (
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🇩🇪",
    "3️⃣",
    "❤️",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🧑🏿‍🚀",
    "☺",
    "🫠",
)
_SPECIAL = ("[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "##ing", "[unused1]")


def hard_strings(count: int, seed: int, without=frozenset()) -> list[str]:
    """Draws `count` strings that hold none of the characters `without`."""
    rng = random.Random(seed)
    recipes = (
        _accented,
        _stacked,
        _dotted_with(_INVISIBLE),
        _dotted_with(_CONTROLS),
        _dotted_with(_SPACES),
        _dotted_with(_punctuation()),
        _emoji,
        _long_word,
        _mixed,
        _special,
        _anything,
        lambda rng: rng.choice(["", " ", "\t\n", "\u200b", "\u0301", "\x00"]),
    )
    drawn = []
    while len(drawn) < count:
        parts = [rng.choice(recipes)(rng) for _ in range(rng.choice((1, 1, 3)))]
        text = rng.choice(("", " ")).join(parts)
        drawn.append("".join(c for c in text if c not in without))
    return drawn


def _word(rng, script=None):
    letters = script or rng.choice(_SCRIPTS)
    return "".join(rng.choices(letters, k=rng.randint(1, 9)))


def _mixed(rng):
    return " ".join(_word(rng) + _word(rng) for _ in range(4))


def _accented(rng):
    form = rng.choice(("NFC", "NFD", "NFKC", "NFKD"))
    words = [_word(rng) + rng.choice(_ACCENTS) + _word(rng) for _ in range(4)]
    return unicodedata.normalize(form, " ".join(words))


def _stacked(rng):
    return "".join(
        c + "".join(rng.choices(_ACCENTS, k=rng.randint(0, 5)))
        for c in _word(rng)
    )


def _dotted_with(characters):
    def draw(rng):
        text = _mixed(rng)
        for _ in range(5):
            at = rng.randint(0, len(text))
            text = text[:at] + rng.choice(characters) + text[at:]
        return text

    return draw


def _punctuation():
    return "".join(
        c
        for c in map(chr, range(0x10000))
        if unicodedata.category(c)[0] in "PS"
    )


def _emoji(rng):
    return "".join(rng.choice((*_EMOJI, _word(rng), " ")) for _ in range(6))


def _long_word(rng):
    letters = rng.choice(_SCRIPTS[:4])
    length = rng.choice((99, 100, 101, 150, 199, 200, 201, 399, 400, 401, 1000))
    text = "".join(rng.choices(letters, k=length))
    if rng.random() < 0.5:  # Longer than what is left of it.
        text = rng.choice(_ACCENTS + _INVISIBLE).join(text)
    return text + rng.choice(("", "-" + _word(rng), " " + _word(rng)))


def _special(rng):
    return "".join(rng.choice((*_SPECIAL, _word(rng), " ")) for _ in range(5))


def _anything(rng):
    codes = (rng.randint(0, sys.maxunicode) for _ in range(12))
    low = (rng.randint(0, 0x3000) for _ in range(12))
    return "".join(chr(c) for c in (*codes, *low) if not 0xD800 <= c <= 0xDFFF)
