"""A RoBERTa reads texts, from its folder to its answers."""

import numpy as np
import pytest

from nlp_modeling import checkpoints, models, networks, text
from tests.text import byte_pairs

pytest.importorskip("safetensors")

TEXTS = ["A good film", "the days were long", "12 films"]
PAIRS = [("A good film?", "the director"), ("", "films"), ("a", "b")]


def encoder():
    return networks.TransformerEncoder(
        300,
        8,
        2,
        2,
        None,
        80,
        type_vocab_size=1,
        intermediate_size=12,
        activation="gelu",
        norm_epsilon=1e-5,
    )


def preprocessor(length=16):
    return text.BertPreprocessor(byte_pairs.tokenizer(), length)


@pytest.mark.parametrize("x", [TEXTS, PAIRS])
def test_a_classifier_predicts_from_a_folder_as_before(x, tmp_path):
    labels = ["no", "yes"]
    given = models.BertClassifier(
        encoder(), labels=labels, preprocessor=preprocessor()
    )
    given.fit(x, ["no", "yes", "no"], verbose=0)
    wanted = given.predict(x, verbose=0)
    assert tuple(given(x).shape) == (3, 2)
    checkpoints.save_to_hugging_face(given, tmp_path / "roberta")
    given.save_to_preset(tmp_path / "preset")
    for name in ("roberta", "preset"):
        found = models.load_model(tmp_path / name)
        assert isinstance(found.preprocessor.tokenizer, text.BytePairTokenizer)
        np.testing.assert_array_equal(found.predict(x, verbose=0), wanted)
        assert found.labels == tuple(labels)
    with pytest.raises(ValueError, match="roberta"):
        checkpoints.save_to_google_bert(given, tmp_path / "google")


def test_an_answer_is_a_part_of_its_context():
    model = models.BertSpanLabeler(encoder(), preprocessor=preprocessor(80))
    context = "The director said that 12 films were too many, naïve as it was."
    pairs = [("What did the director say?", context)]
    model.fit(pairs, [("12 films", 23)], verbose=0)
    (answer,) = model.predict_answers(pairs, verbose=0)
    assert answer.text == context[answer.start : answer.end]
    (_, (window, *_), rows) = model._windows(pairs, [("12 films", 23)])
    ids = rows.ids[0][window.start_position : window.end_position + 1]
    assert window.span_text(window.start_position, window.end_position) == (
        "12 films"
    )
    assert model.preprocessor.tokenizer.detokenize([ids]) == [" 12 films"]


def test_a_mask_is_filled():
    pretrainer = models.BertPretrainer(encoder(), None)
    fill = models.MaskFiller(pretrainer, byte_pairs.tokenizer(), top_k=3)
    (first, second) = fill("a <mask> day, a<mask>")
    assert len(first) == len(second) == 3
    with pytest.raises(ValueError, match="must have a <mask>"):
        fill("a day")


def test_words_are_not_tagged():
    model = models.BertTokenClassifier(
        encoder(), labels=["O", "B-x"], preprocessor=preprocessor()
    )
    with pytest.raises(ValueError, match="BytePairTokenizer"):
        model.fit([["A", "film"]], [["O", "B-x"]], verbose=0)
    with pytest.raises(ValueError, match="BytePairTokenizer"):
        model.predict_entities(["A film"])
