"""read_conll reads words and tags, and names file and line when it cannot."""

import gzip

import pytest

from nlp_modeling import data


def read(tmp_path, content, **kwargs):
    file = tmp_path / "a.conll"
    file.write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    return list(data.read_conll(str(file), **kwargs))


def test_lines_without_a_word_part_sentences(tmp_path):
    # WNUT-17 has lines of a single tab between some sentences.
    sentences = read(tmp_path, "\nEmpire\tB-loc\nState\tI-loc\n\t\n.\tO\n\n\n")
    assert sentences == [
        (("Empire", "State"), ("B-loc", "I-loc")),
        ((".",), ("O",)),
    ]


def test_the_last_of_many_columns_is_the_tag(tmp_path):
    content = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n"
    assert read(tmp_path, content) == [(("EU", "rejects"), ("B-ORG", "O"))]


def test_a_word_may_hold_spaces_between_tabs(tmp_path):
    assert read(tmp_path, "New York\tB\n") == [(("New York",), ("B",))]


def test_words_may_come_without_tags(tmp_path):
    assert read(tmp_path, "a\nb\n\nc\n", labeled=False) == [
        (("a", "b"), ()),
        (("c",), ()),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\tO\nb\n", "followed by its tag.*word='b'.*line=2"),
        ("a\tO\nb\t\n", "followed by its tag.*word='b'.*line=2"),
        ("a\tO\n\nb\tX\n", r"one of \['O'\].*tag='X'.*line=3"),
        (b"a\tO\n\xe9\tO\n", "UTF-8.*line=2"),
        ("\n\n", "must have a word"),
        ("", "empty"),
    ],
)
def test_bad_input_is_named_in_one_line(tmp_path, content, message):
    with pytest.raises(ValueError, match=message) as error:
        read(tmp_path, content, tags=("O",))
    assert "a.conll" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.data
@pytest.mark.parametrize(
    ("split", "size"), [("train", 3394), ("dev", 1009), ("test", 1287)]
)
def test_wnut_17_is_read_whole(data_folder, split, size):
    file = data_folder / "wnut17" / f"{split}.conll.gz"
    sentences = list(data.read_conll(str(file)))
    assert len(sentences) == size
    lines = gzip.decompress(file.read_bytes()).decode().split("\n")
    words = [line.split("\t")[0] for line in lines if line.strip()]
    assert [word for s in sentences for word in s.words] == words
