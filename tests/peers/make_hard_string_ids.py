"""Prints what Hugging Face makes of some hard strings, for tests/text.

python -m tests.peers.make_hard_string_ids > tests/text/hard_string_ids.json
"""

import json
import unicodedata

from tests.peers.test_tokenizer import (
    character_vocabulary,
    hugging_face,
    moves,
    settled_strings,
    unsettled_characters,
)

COUNT, SEED = 110, 3


def main():
    strings = settled_strings(SEED, unsettled_characters(), COUNT)
    strings = [
        s
        for s in strings
        if not any(map(moves, unicodedata.normalize("NFD", s)))
    ]
    vocabulary = character_vocabulary(strings)
    made = {"vocabulary": vocabulary, "strings": strings}
    for name, lower_case in (("cased", False), ("uncased", True)):
        ids, spans = hugging_face(vocabulary, lower_case)(strings)
        made[name] = {"ids": ids, "starts": [[a for a, _ in s] for s in spans]}
    print(json.dumps(made, separators=(",", ":")))


if __name__ == "__main__":
    main()
