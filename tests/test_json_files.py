"""JSON of a known form, and errors that name file and key."""

from typing import NotRequired, TypedDict

import pytest

from nlp_modeling import json_files


class Task(TypedDict):
    kind: str
    labels: NotRequired[list[str]]


def test_json_of_the_form_is_plain(tmp_path):
    path = tmp_path / "task.json"
    path.write_bytes(b'\xef\xbb\xbf{"kind": "x", "labels": ["a"], "more": 1}')
    assert json_files.read_json(path, Task) == {"kind": "x", "labels": ["a"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "whole"),
        (b'{"kind": "x"', "whole"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 200_000, "deep"),
        (b'{"kind": "\\ud800"}', "lone surrogate, \\ud800"),
        (b'{"kind": "\\uDC00"}', "lone surrogate, \\udc00"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "required field `kind`"),
        (b'{"kind": null}', "`$.kind`"),
        (b'{"kind": "x", "labels": ["a", 1]}', "`$.labels[1]`"),
    ],
)
def test_other_content_is_named(content, said, tmp_path):
    path = tmp_path / "task.json"
    path.write_bytes(content)
    with pytest.raises(ValueError) as raised:
        json_files.read_json(path, Task)
    assert str(path) in str(raised.value)
    assert said in str(raised.value)


def test_a_pair_of_surrogates_is_a_character():
    text = '{"kind": "\\ud83d\\ude00"}'
    assert json_files.parse_json(text, Task, "a") == {"kind": "\U0001f600"}


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(ValueError, match="must exist") as raised:
            json_files.read_json(path, Task)
        assert str(path) in str(raised.value)
