"""Readers and taggers learn from texts, and answer with parts of texts."""

import keras
import pytest

from nlp_modeling import models, networks, text

pytest.importorskip("tensorflow")
WORDS = "who where is was anna bert york rome , . in went to".split()
VOCABULARY = [*("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), *WORDS, "##s"]
PEOPLE, PLACES = ("Anna", "Bert"), ("York", "Rome")
TAGS = ("O", "B-person", "B-place", "I-place")


def preprocessor(length=24):
    if keras.backend.backend() != "tensorflow":
        pytest.importorskip("tokenizers")
    return text.BertPreprocessor(text.BertTokenizer(VOCABULARY), length)


def encoder():
    keras.utils.set_random_seed(1)
    return networks.TransformerEncoder(
        len(VOCABULARY),
        32,
        1,
        2,
        None,
        24,
        intermediate_size=64,
        dropout_rate=0.0,
        attention_dropout_rate=0.0,
    )


def compiled(model):
    model.compile(
        **model.compile_defaults()
        | {
            "optimizer": keras.optimizers.Adam(0.003),
            # As for the tests of texts.
            "jit_compile": keras.backend.backend() == "jax",
        }
    )
    return model


def examples():
    for person in PEOPLE:
        for place in PLACES:
            for end in (".", " .", "s ."):
                yield person, place, f"{person} went to {place}{end}"


def test_a_reader_answers_with_parts_of_the_context():
    pairs, answers = [], []
    for person, place, context in examples():
        pairs += [("Who went?", context), ("Where to?", context)]
        answers += [(x, context.index(x)) for x in (person, place)]
    model = compiled(
        models.BertSpanLabeler(encoder(), preprocessor=preprocessor())
    )
    model.fit(pairs, answers, batch_size=4, epochs=80, verbose=0)
    found = model.predict_answers(pairs, verbose=0)
    assert [(x.text, x.start) for x in found] == answers
    for (_, context), answer in zip(pairs, found, strict=True):
        assert context[answer.start : answer.end] == answer.text
    found = model.evaluate(pairs, answers, verbose=0, return_dict=True)
    assert found["loss"] < 1


def test_an_answer_may_stand_in_a_later_window_or_be_none():
    reader = preprocessor(16)
    model = compiled(models.BertSpanLabeler(encoder(), preprocessor=reader))
    filler = "was in . " * 8
    pairs = [(f"who {person}", filler + person) for person in PEOPLE]
    answers = [(person, len(filler)) for person in PEOPLE]
    model.fit([*pairs, ("who", filler)] * 4, [*answers, None] * 4, verbose=0)
    lengths, _ = model.read_texts(pairs, answers)
    assert len(lengths) > len(pairs)
    found = model.predict_answers([("who", "")], verbose=0)
    assert found == [("", -1, -1, 0.0)]


def test_a_tagger_gives_entities_of_texts():
    sentences, tags, texts, expected = [], [], [], []
    for person, place, string in examples():
        sentences.append([person, "went", "to", place, "."])
        tags.append(["O", "O", "O", "O", "O"])
        tags[-1][0], tags[-1][3] = "B-person", "B-place"
        texts.append(string)
        expected.append([(person, "person"), (place, "place")])
    model = compiled(
        models.BertTokenClassifier(
            encoder(), labels=TAGS, preprocessor=preprocessor()
        )
    )
    model.fit(sentences, tags, batch_size=4, epochs=20, verbose=0)
    assert model.evaluate(sentences, tags, verbose=0)[1] > 0.99
    texts = [x for x in texts if not x.endswith("s .")]
    expected = [x for i, x in enumerate(expected) if i % 3 != 2]
    found = model.predict_entities(texts, verbose=0)
    assert [[(x.text, x.kind) for x in row] for row in found] == expected
    for string, row in zip(texts, found, strict=True):
        for entity in row:
            assert string[entity.start : entity.end] == entity.text
            assert 0.5 < entity.score <= 1
    assert model.predict_entities(["", texts[0]], verbose=0)[0] == []


def test_mistakes_are_named():
    model = models.BertSpanLabeler(encoder(), preprocessor=preprocessor())
    with pytest.raises(ValueError, match="'Anna' at 1 of 'Anna went'"):
        model.fit([("Who", "Anna went")], [("Anna", 1)])
    with pytest.raises(ValueError, match="pairs of questions"):
        model.predict_answers(["Who"])
    tagger = models.BertTokenClassifier(encoder(), 3)
    with pytest.raises(ValueError, match="preprocessor=None"):
        tagger.predict_entities(["Anna"])
    tagger.use_preprocessor(preprocessor())
    with pytest.raises(ValueError, match="labels=None"):
        tagger.predict_entities(["Anna"])
