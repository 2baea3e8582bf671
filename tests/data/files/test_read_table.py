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


def test_a_file_without_a_header_has_numbered_columns(tmp_path):
    for name, content in (("a.tsv", "x\ty\t1\nz\t\t2\n"), ("a.csv", "x,y,1\n")):
        (tmp_path / name).write_text(content)
        assert rows(tmp_path / name, ["2", "0"], header=())[0] == (
            1,
            ["1", "x"],
        )
    with pytest.raises(ValueError, match=r"missing=\['3'\].*\['0', '1', '2'\]"):
        rows(tmp_path / "a.csv", ["0", "3"], header=())


@pytest.mark.parametrize("name", ["a.tsv", "a.csv"])
def test_final_blank_lines_are_no_rows_and_inner_ones_are_texts(tmp_path, name):
    file = tmp_path / name
    file.write_text("text\na\n\nb\n\n \n\n")
    assert [fields for _, fields in rows(file, ["text"])] == [
        ["a"],
        [""],
        ["b"],
    ]
    file.write_text("\n\n")
    with pytest.raises(ValueError, match="must have a row"):
        rows(file, ["text"])


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.CSV", "a,b\n1,2\n"),
        ("a.Csv.GZ", "a,b\n1,2\n"),
        ("a.TSV", "a\tb\n1\t2\n"),
        ("a.JSONL", '{"a": "1", "b": "2"}\n'),
        ("a.json", '{"a": "1", "b": "2"}\n'),
        ("a.ndjson.gz", '{"a": "1", "b": "2"}\n'),
    ],
)
def test_the_ending_says_the_format_in_any_case(tmp_path, name, content):
    file, content = tmp_path / name, content.encode()
    is_packed = name.lower().endswith(".gz")
    file.write_bytes(gzip.compress(content) if is_packed else content)
    assert [fields for _, fields in rows(file, ["a", "b"])] == [["1", "2"]]


def test_a_csv_field_of_any_length_is_read(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a,b\n" + "x" * 200_000 + ",2\n")
    assert len(rows(file, ["a", "b"])[0][1][0]) == 200_000


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
        ("a.jsonl", b'{"a": 1, "b": 2}\n{"a"\n', r"JSON.*line=2: .*column 5"),
        ("a.jsonl", b"[1]\n", r"form.*a\.jsonl', line=1: .*got `array`"),
        ("a.txt", b'{"a": 1, "b": 2}\n', r"JSON lines.*a\.txt"),
        ("a.csv", b'{"a": 1, "b": 2}\n', r"JSON lines.*a\.csv"),
        ("a.txt", b"a,b\n1,2\n", r"a file of CSV.*a\.txt"),
        ("a.csv", b"a\tb\n1\t2\n", r"tab-separated.*a\.csv"),
        ("a.csv", b"x,1\ny,2\n", r"--noheader.*columns=\['x', '1'\]"),
        ("a.csv", b"a,b,a\n1,2,3\n", r"repeated=\['a'\]"),
        ("a.json", b'[\n{"a": 1, "b": 2}\n]', r"whole.*line=1"),
        ("a.jsonl", b"[" * 200_000, r"nested.*line=1"),
        ("a.tsv", "a\tb\n".encode("utf-16"), r"UTF-8.*a\.tsv', line=1"),
        ("a.tsv", "a\tb\n".encode("utf-16-le"), r"UTF-8.*a\.tsv', line=1"),
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
