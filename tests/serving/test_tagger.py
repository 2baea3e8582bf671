"""A served tagger finds the entities that its model's tags spell."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, serving, text
from tests.serving.conftest import LONGEST, TEXTS, packed, traced

LABELS = ["O", "B-person", "I-person", "B-place", "I-place"]


@pytest.fixture(scope="module")
def taggers(token_classifier, tokenizer):
    """One that splits punctuation, and one that does not."""
    return {
        splits: traced(
            serving.Tagger(token_classifier, tokenizer, LABELS, splits, LONGEST)
        )
        for splits in (True, False)
    }


def entities_of(tagger, strings):
    found = tagger(tf.constant(strings, tf.string))
    found = {name: values.numpy().tolist() for name, values in found.items()}
    return [
        [
            (
                found["entity_kind"][row][i].decode(),
                found["entity_start"][row][i],
                found["entity_end"][row][i],
                found["entity_text"][row][i],
            )
            for i in range(number)
        ]
        for row, number in enumerate(found["num_entities"])
    ]


def expected(model, tokenizer, sentences):
    """What data, the model itself and `tag_entities` make of words."""
    windows = list(
        data.tagging_windows(
            [data.TaggedSentence(words, ()) for words in sentences],
            tokenizer,
            LABELS,
            LONGEST,
        )
    )
    features = packed(tokenizer, [window.piece_ids for window in windows])
    logits = model(features, training=False)
    found = []
    for words, window, row in zip(sentences, windows, logits, strict=True):
        labels = np.argmax(row, -1)[window.word_positions]
        starts = np.cumsum([0, *(len(word) + 1 for word in words)])
        found.append(
            [
                (
                    entity.kind,
                    starts[entity.first],
                    starts[entity.last] + len(words[entity.last]),
                    " ".join(words[entity.first : entity.last + 1]).encode(),
                )
                for entity in data.tag_entities([LABELS[i] for i in labels])
            ]
        )
    return found


def test_words_apart_get_the_tags_of_the_training(
    taggers, token_classifier, tokenizer
):
    rng = np.random.default_rng(0)
    words = "cat word (a) b.c don't 日本 e\u0301a ? xyz".split()
    sentences = [
        tuple(rng.choice(words, rng.integers(1, 6))) for _ in range(50)
    ]
    texts = [" ".join(words) for words in sentences]
    found = entities_of(taggers[False], texts)
    wanted = expected(token_classifier, tokenizer, sentences)
    assert found == wanted
    kinds = {entity[0] for row in found for entity in row}
    assert kinds == {"person", "place"}
    assert any(b" " in entity[3] for row in found for entity in row)


def test_punctuation_is_words_of_its_own_in_plain_text(taggers):
    glued = entities_of(taggers[True], ["cat(a)b."])[0]
    spaced = entities_of(taggers[False], ["cat ( a ) b ."])[0]
    assert [e[0] for e in glued] == [e[0] for e in spaced]
    assert [e[3] for e in glued] == [e[3].replace(b" ", b"") for e in spaced]


@pytest.mark.parametrize("splits_punctuation", [True, False])
def test_entities_stand_in_the_text_where_they_say(taggers, splits_punctuation):
    tagger = taggers[splits_punctuation]
    for string, entities in zip(TEXTS, entities_of(tagger, TEXTS), strict=True):
        end_before = 0
        for _, start, end, found in entities:
            assert string[start:end] == found.decode() != ""
            assert start >= end_before
            end_before = end


def test_every_window_of_a_long_text_is_tagged(taggers):
    string = "word cat ? " * 50
    (entities,) = entities_of(taggers[True], [string])
    # All windows are alike but the first and the last.
    assert max(entity[2] for entity in entities) > len(string) - 60
    assert len(entities) > 20


def test_texts_are_served_alike_in_any_batch(taggers):
    together = entities_of(taggers[True], TEXTS)
    for i in (0, 2, 6, 12):
        assert (
            entities_of(taggers[True], TEXTS[i : i + 1]) == together[i : i + 1]
        )
    assert entities_of(taggers[True], []) == []


def test_scores_are_the_mean_probability_of_the_tags(
    taggers, token_classifier, tokenizer
):
    string = "cat word xyz ( a"
    pieces = tokenizer(tf.constant([string]))
    features = text.SegmentPacker(LONGEST, tokenizer)(pieces)
    probabilities = tf.nn.softmax(token_classifier(features, training=False))
    first = ~tokenizer.continues_word[pieces.values.numpy()]
    best = probabilities[0, 1 : 1 + len(first)].numpy()[first]
    tags = [LABELS[i] for i in best.argmax(-1)]
    wanted = [
        best.max(-1)[entity.first : entity.last + 1].mean()
        for entity in data.tag_entities(tags)
    ]
    found = taggers[True](tf.constant([string]))["entity_score"][0]
    assert len(wanted) > 1
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_what_does_not_fit_is_named(token_classifier, tokenizer):
    with pytest.raises(ValueError, match=r"5 scores, labels=\['O'\]"):
        serving.Tagger(token_classifier, tokenizer, ["O"])
    with pytest.raises(ValueError, match="doc_stride=0"):
        serving.Tagger(token_classifier, tokenizer, LABELS, doc_stride=0)
