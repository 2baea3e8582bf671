"""Lists bad text files, for all programs that read lines."""

import gzip

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_GOOD = "babe bibo\nbubo cace\n\ncici cuco\n"
_PACKED = gzip.compress(_GOOD.encode() * 100, mtime=0)
# Each with the file's name, if it is not text.txt.
_DAMAGES = {
    "a folder": (FOLDER, "text.txt"),
    "Latin-1": ("é\n".encode("latin-1"), "text.txt"),
    "UTF-16": (_GOOD.encode("utf-16"), "text.txt"),
    "bytes": (bytes(range(128, 256)), "text.txt"),
    "truncated gz": (_PACKED[:-20], "text.txt.gz"),
    "gz without its end": (_PACKED[:-4], "text.txt.gz"),
    "text named gz": (_GOOD, "text.txt.gz"),
    "changed gz": (_PACKED[:40] + b"x" + _PACKED[41:], "text.txt.gz"),
    "empty gz": ("", "text.txt.gz"),
}
_NO_TEXT = {
    "empty": "",
    "blank": "\n\n \n",
}
_READERS = {
    "run_pretraining": "input_files",
    "create_pretraining_data": "input_file",
    "learn_vocabulary": "input_files",
    "predict": "input_file",
}
TEXTS = [
    BadInput(
        program,
        f"{flag} of text: {what}",
        (name,),
        {flag: f"BAD/{name}"},
        files={name: content},
    )
    for program, flag in _READERS.items()
    for what, (content, name) in _DAMAGES.items()
]
# No text is no prediction, which is right for `predict`.
TEXTS += [
    BadInput(
        program,
        f"{flag} of text: {what}",
        ("text.txt",),
        {flag: "BAD/text.txt"},
        files={"text.txt": content},
    )
    for program, flag in _READERS.items()
    if program != "predict"
    for what, content in _NO_TEXT.items()
]
TEXTS += [
    BadInput(
        "predict",
        f"input_file of JSON lines: {what}",
        ("lines.jsonl", "line=2"),
        {"input_file": "BAD/lines.jsonl"},
        files={"lines.jsonl": '{"text": "a"}\n' + line + "\n"},
    )
    for what, line in {
        "a list": "[]",
        "null": "null",
        "text": "a",
        "cut": '{"text": "a"',
        "another field": '{"txt": "a"}',
        "a number": '{"text": 5}',
        "a lone surrogate": '{"text": "\\ud800"}',
        "deep": "[" * 200_000,
    }.items()
]
