"""tagging_windows aligns tags with word pieces and loses no word."""

import pytest

from nlp_modeling import data, text

VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("what", "a", "great", "week", "##end", "!"),
]
TAGS = ("O", "B", "I")


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


def windows(tokenizer, *sentences, **kwargs):
    return list(data.tagging_windows(sentences, tokenizer, TAGS, **kwargs))


def sentence(words, tags):
    return data.TaggedSentence(tuple(words.split()), tuple(tags.split()))


def pieces(window):
    return [VOCABULARY[id] for id in window.piece_ids]


def test_a_tag_stands_at_the_first_piece_of_its_word(tokenizer):
    (window,) = windows(tokenizer, sentence("What a weekend !", "O O B I"))
    assert pieces(window) == ["what", "a", "week", "##end", "!"]
    assert list(window.label_ids) == [0, 0, 1, -1, 2]
    # After [CLS].
    assert list(window.word_positions) == [1, 2, 3, 5]


def test_a_long_sentence_becomes_windows_that_cut_no_word(tokenizer):
    # The example of Model Garden's tagging data: 5 tokens, 2 of them special.
    long = sentence("What a great weekend", "I B O B")
    first, second = windows(tokenizer, long, sequence_length=5)
    assert pieces(first) == ["what", "a", "great"]
    assert list(first.label_ids) == [2, 1, 0]
    assert pieces(second) == ["week", "##end"]
    assert list(second.label_ids) == [1, -1]
    assert (second.sentence, second.first_word) == (0, 3)


def test_a_word_of_which_nothing_is_left_becomes_unknown(tokenizer):
    (window,) = windows(tokenizer, sentence("a \u200d \x01 !", "O B I O"))
    assert len(window.word_positions) == 4
    assert list(window.label_ids) == [0, 1, 2, 0]


def test_a_word_longer_than_a_window_becomes_unknown(tokenizer):
    long = sentence("a weekend a", "O B I")
    cut = windows(tokenizer, long, sequence_length=3)
    assert [pieces(window) for window in cut] == [["a"], ["[UNK]"], ["a"]]


def test_words_without_tags_count_as_the_first_tag(tokenizer):
    (window,) = windows(tokenizer, sentence("a weekend", ""))
    assert list(window.label_ids) == [0, 0, -1]


@pytest.mark.parametrize("sequence_length", [8, 16, 128])
@pytest.mark.parametrize("batch_size", [1, 1000])
def test_word_positions_lead_back_to_every_word(
    tokenizer, sequence_length, batch_size
):
    sentences = [
        sentence("what a great weekend ! " * n, "O O O B I " * n)
        for n in (1, 7, 40)
    ]
    found = [[] for _ in sentences]
    for window in windows(
        tokenizer,
        *sentences,
        sequence_length=sequence_length,
        batch_size=batch_size,
    ):
        assert len(window.piece_ids) <= sequence_length - 2
        assert window.first_word == len(found[window.sentence])
        packed = ["[CLS]", *pieces(window), "[SEP]"]
        labels = [-1, *window.label_ids, -1]
        found[window.sentence] += [
            (packed[at], TAGS[labels[at]]) for at in window.word_positions
        ]
    for have, want in zip(found, sentences, strict=True):
        firsts = [{"weekend": "week"}.get(word, word) for word in want.words]
        assert have == list(zip(firsts, want.tags, strict=True))


def test_an_unknown_tag_is_an_error(tokenizer):
    with pytest.raises(ValueError, match=r"\['O', 'B', 'I'\].*unknown=\['X'\]"):
        windows(tokenizer, sentence("a", "X"))


def test_a_window_must_hold_a_word(tokenizer):
    with pytest.raises(ValueError, match="sequence_length=2"):
        windows(tokenizer, sentence("a", "O"), sequence_length=2)
