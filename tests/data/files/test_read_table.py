"""read_table reads columns by name, and names file and line when it cannot."""

import gzip
import logging

import pytest

from nlp_modeling import data


def rows(file, columns, **kwargs):
    return list(data.read_table(str(file), columns, **kwargs))


def test_columns_come_in_the_order_asked_with_their_lines(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text("id\ttext\tlabel\n7\tso so\t1\n8\tgood\t0\n")
    assert rows(file, ["label", "text"]) == [
        (2, ["1", "so so"]),
        (3, ["0", "good"]),
    ]


def test_tabs_part_fields_and_quotes_mean_nothing_in_tsv(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text('a\tb\n"open\tshut"\n')
    assert rows(file, ["a", "b"]) == [(2, ['"open', 'shut"'])]


def test_csv_fields_may_hold_commas_quotes_and_line_breaks(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('a,b\n"x, ""y""\nz",1\nw,2\n')
    assert rows(file, ["b", "a"]) == [(2, ["1", 'x, "y"\nz']), (4, ["2", "w"])]


def test_json_lines_keep_their_types(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"a": "x", "b": 2}\n\n{"b": 3, "a": "y"}\n')
    assert rows(file, ["a", "b"]) == [(1, ["x", 2]), (3, ["y", 3])]


def test_a_header_may_be_given_for_a_file_without_one(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text("gj04\t1\t\tThe sailors rode.\n")
    header = ("source", "label", "mark", "sentence")
    assert rows(file, ["sentence"], header=header) == [
        (1, ["The sailors rode."])
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_name(
    tmp_path,
):
    file = tmp_path / "a.tsv"
    file.write_bytes(b"\xef\xbb\xbfQuality\ttext\r\n1\tx\r\n")
    assert rows(file, ["Quality", "text"]) == [(2, ["1", "x"])]


def test_gz_is_unpacked(tmp_path):
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(b"a\nx\n", mtime=0))
    assert rows(file, ["a"]) == [(2, ["x"])]


def test_broken_rows_are_dropped_and_counted_when_told(tmp_path, caplog):
    file = tmp_path / "a.tsv"
    file.write_text("a\tb\nx\ny\t1\nz\t2\t3\n")
    with caplog.at_level(logging.WARNING):
        assert rows(file, ["a"], skip_broken_rows=True) == [(3, ["y"])]
    assert "dropped 2 broken rows" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.tsv", b"a\tc\nx\t1\n", r"a\.tsv'.*line=1.*missing=\['b'\]"),
        ("a.tsv", b"a\tb\nx\t1\ny\n", r"a\.tsv', line=3, 1 fields"),
        ("a.tsv", b"a\tb\nx\t1\t2\n", r"a\.tsv', line=2, 3 fields"),
        ("a.tsv", b"a\tb\nx\t1\n\xff\t1\n", r"UTF-8.*a\.tsv', line=3"),
        ("a.tsv", b"", r"empty.*a\.tsv"),
        ("a.tsv", b"a\tb\n", r"must have a row.*a\.tsv"),
        ("a.csv", b'a,b\nx,1\n"y,1\n', r"a row must be csv.*a\.csv', line=3"),
        (
            "a.jsonl",
            b'{"a": 1, "b": 2}\n{"a": 1}\n',
            r"line=2, missing=\['b'\]",
        ),
        ("a.jsonl", b'{"a": 1, "b": 2}\n{"a"\n', r"JSON.*line=2, character=5"),
        ("a.jsonl", b"[1]\n", r"JSON object.*a\.jsonl', line=1"),
        (
            "a.tsv.gz",
            gzip.compress(b"a\tb\nx\t1\n" * 9, mtime=0)[:-9],
            r"a\.tsv\.gz",
        ),
    ],
)
def test_bad_input_is_named_in_one_line(tmp_path, name, content, message):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"(?i){message}") as error:
        rows(file, ["a", "b"])
    assert "\n" not in str(error.value)
