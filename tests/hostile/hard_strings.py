"""Makes strings that nobody expects."""

import random
import sys
import unicodedata

SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "##a", "[mask]", "["]
INVISIBLE = [
    *(chr(x) for x in range(0x20)),
    *("\x7f\x85\xa0\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f"),
    *("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2069\u3000"),
    *("\ufe0f\ufeff\ufff9\ufffd\ufffe\uffff\U000e0001\U0010ffff"),
]
EMOJI = ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣", "🧑🏿‍🚀"]
COMBINING = [chr(x) for x in range(0x300, 0x370)]
# Every script that Unicode names letters or signs of.
ANY = [
    chr(x)
    for x in range(sys.maxunicode + 1)
    if unicodedata.category(chr(x)) not in ("Cn", "Cs", "Co")
]


def hard_strings(count: int, seed: int = 0) -> list[str]:
    """Makes strings that hold anything that Unicode and people write.

    Args:
        count: How many.
        seed: Equal seeds give equal strings.
    """
    chance = random.Random(seed)
    kinds = (
        lambda: "",
        lambda: "".join(chance.choices(" \t\n\r\xa0\u3000", k=9)),
        lambda: "".join(chance.choices(ANY, k=chance.randint(1, 40))),
        lambda: "".join(chance.choices(INVISIBLE, k=chance.randint(1, 20))),
        lambda: " ".join(chance.choices(SPECIAL + EMOJI, k=8)),
        lambda: "".join(chance.choices(SPECIAL + INVISIBLE + ANY[:500], k=12)),
        lambda: (
            "a" + "".join(chance.choices(COMBINING, k=chance.randint(1, 99)))
        ),
        lambda: chance.choice(ANY) * chance.choice((1, 2, 101, 5000)),
        lambda: "".join(
            chance.choices("ab .,?!'\"-", k=chance.randint(1, 400))
        ),
        lambda: " ".join(chance.choices(ANY[:2000], k=chance.randint(1, 600))),
        lambda: chance.choice(EMOJI) * chance.randint(1, 50),
        lambda: "".join(chance.choices(["\u202e", "שלום", "مرحبا", "ab"], k=9)),
    )
    return [kinds[i % len(kinds)]() for i in range(count)]
