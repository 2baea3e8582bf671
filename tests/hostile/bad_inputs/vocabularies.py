"""Lists bad vocabularies, for all programs that read one."""

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput
from tests.official_runs.tiny_finetuning import VOCABULARY

_GOOD = [piece for piece in VOCABULARY if piece not in ("what", "?")]


def _text(pieces):
    return "".join(f"{piece}\n" for piece in pieces)


def _without(piece):
    return _text(x for x in _GOOD if x != piece)


_DAMAGES = {
    "empty": ("", ()),
    "blank": ("\n\n", ()),
    "one piece": ("a\n", ()),
    "repeated": (_text([*_GOOD, "babe", "babe"]), ("babe",)),
    **{
        f"no {piece}": (_without(piece), (piece,))
        for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
    },
    "Latin-1": (_text(_GOOD).encode() + b"\xe9\n", ()),
    "UTF-16": (_text(_GOOD).encode("utf-16"), ()),
    "bytes": (bytes(range(128, 256)), ()),
    "JSON": ('{"[PAD]": 0, "[UNK]": 1}\n', ()),
    "a folder": (FOLDER, ()),
}
_READERS = (
    "run_pretraining",
    "run_classifier",
    "run_squad",
    "run_tagging",
    "create_pretraining_data",
    "create_finetuning_data",
)
VOCABULARIES = [
    BadInput(
        program,
        f"vocab_file: {what}",
        ("vocab.txt", *words),
        {"vocab_file": "BAD/vocab.txt"},
        files={"vocab.txt": content},
    )
    for program in _READERS
    for what, (content, words) in _DAMAGES.items()
]
# Masking needs [MASK].
VOCABULARIES += [
    BadInput(
        program,
        "vocab_file: no [MASK]",
        ("[MASK]", "vocab.txt"),
        {"vocab_file": "BAD/vocab.txt"},
        files={"vocab.txt": _without("[MASK]")},
    )
    for program in ("run_pretraining", "create_pretraining_data")
]
VOCABULARIES += [
    BadInput(
        "run_classifier",
        "vocab_file: of a larger model",
        ("--vocab_file", "112"),
        {"vocab_file": "BAD/vocab.txt", "init_checkpoint": "GOOD/run"},
        files={"vocab.txt": _text([*VOCABULARY, *"abcde"])},
    ),
    BadInput(
        "run_pretraining",
        "vocab_file: smaller than the records'",
        ("pretraining.tfrecord",),
        {"vocab_file": "BAD/vocab.txt"},
        files={"vocab.txt": _text(_GOOD[:20])},
    ),
]
