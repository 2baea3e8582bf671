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


@pytest.mark.parametrize(
    "comment",
    [
        "# id 12ab\tdomain=en",
        "# sent_id = 1",
        "#begin document (bc/1); part 000",
        "# a\tb\n# text = He ran .",
    ],
)
def test_a_line_before_a_sentence_may_be_a_comment(tmp_path, comment):
    content = f"{comment}\nHe\tO\nran\tO\n\n{comment}\nEU\tB-ORG\n"
    expected = [(("He", "ran"), ("O", "O")), (("EU",), ("B-ORG",))]
    assert read(tmp_path, content) == expected
    assert read(tmp_path, content, tags=("O", "B-ORG")) == expected


@pytest.mark.parametrize(
    "content, words",
    [
        ("#\tO\n1\tO\n", ("#", "1")),
        ("# O\n1 O\n", ("#", "1")),
        ("# NN B-NP B-ORG\n1 CD I-NP O\n", ("#", "1")),
        ("#tag\tO\n", ("#tag",)),
        ("No\tO\n#\tO\n1\tO\n", ("No", "#", "1")),
        ("No O\n# O\n#x O\n", ("No", "#", "#x")),
    ],
)
def test_a_hash_with_a_tag_is_a_word(tmp_path, content, words):
    for tags in (), ("O", "B-ORG"):
        (sentence,) = read(tmp_path, content, tags=tags)
        assert sentence.words == words


@pytest.mark.parametrize("word", ["", "\u00a0", "\u200b", "\u3000"], ids=repr)
def test_only_a_blank_line_parts_sentences(tmp_path, word):
    sentences = read(tmp_path, f"a\tO\n{word}\tO\nb\tB-x\n")
    assert sentences == [(("a", word, "b"), ("O", "O", "B-x"))]
    if word:
        sentences = read(tmp_path, f"a O\n{word} O\nb B-x\n")
        assert sentences == [(("a", word, "b"), ("O", "O", "B-x"))]


def test_tags_that_are_found_are_counted(tmp_path, caplog):
    file = tmp_path / "a.conll"
    file.write_text("a\tO\nb\tB-x\nc\tO\n")
    with caplog.at_level("INFO"):
        assert data.read_tags(str(file)) == ("O", "B-x")
    assert "2 tags (words): O (2), B-x (1)" in caplog.text


@pytest.mark.parametrize("tag", ["Z-x", "A-LOC", "X-y-z", "B-", "name"])
def test_tags_of_no_one_scheme_are_an_error(tmp_path, tag):
    message = f"one scheme.*tag='{tag}'"
    with pytest.raises(ValueError, match=f"{message}.*labels of.*'own'"):
        data.TaggingRecords("own", ("O", "B-x", tag), None, 8)
    file = tmp_path / "a.conll"
    file.write_text(f"a\tO\nb\tB-x\nc\t{tag}\n")
    with pytest.raises(ValueError, match=f"{message}.*{file}"):
        data.read_tags(str(file))


@pytest.mark.parametrize(
    "tags",
    [
        ("O", "U-x", "L-x"),
        ("NN-x", "creative-work", "-LRB-", "X", "PRP$", "O"),
        ("B", "I", "O"),
    ],
)
def test_other_tags_are_known(tags):
    data.TaggingRecords("own", tags, None, 8)


@pytest.mark.parametrize("tags", [("O",), ("O", "O")])
def test_a_task_has_tags_that_differ(tags):
    with pytest.raises(ValueError, match="two tags or more"):
        data.TaggingRecords("own", tags, None, 8)


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
        ("a\tO\n\nb\tX\n", r"one of the labels \['O'\].*tag='X'.*line=3"),
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
