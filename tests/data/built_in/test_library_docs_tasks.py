"""The built-in tasks are balanced, free of leaks, and have right offsets."""

import collections
import json
import re

import pytest

from nlp_modeling import data


@pytest.fixture(scope="module")
def docs():
    return list(data.library_docs("dev"))


@pytest.fixture(scope="module")
def rows(docs):
    return data.library_docs_labels(docs, max_per_library=60)


@pytest.fixture(scope="module")
def questions(docs):
    return data.library_docs_questions(docs, max_questions=500)


def doc(library, text, module=None):
    module = module or f"{library}.part"
    return data.LibraryDoc(library, module, f"{module}.f", text)


def four(text):
    """Gives a text of each library, for balance."""
    return [
        doc(library, f"{library} {i} {text}")
        for i, library in enumerate(data.LIBRARIES)
    ]


def test_names_of_libraries_are_masked():
    text = "np.add and `tf.add` of TensorFlow, libtensorflow; a nap, set(f)."
    rows = data.library_docs_labels([*four("x"), doc("numpy", text)])
    assert rows[-1]["text"] == (
        "library.add and `library.add` of library, library; a nap, set(f)."
    )


def test_what_documents_two_libraries_is_left_out():
    docs = [
        doc("keras", "About arrays.", "keras.src.backend.numpy"),
        doc("tensorflow", "About layers.", "tensorflow.python.keras.layers"),
        doc("tensorflow", "About graphs.", "tensorflow.python.framework"),
        doc("requests", "About the web."),
    ]
    rows = data.library_docs_labels([*four("x"), *docs])
    assert [row["text"] for row in rows[4:]] == ["About graphs."]


def test_texts_that_read_the_same_without_names_stand_once():
    docs = [doc("numpy", "A numpy\n  sum."), doc("keras", "A keras sum.")]
    rows = data.library_docs_labels([*four("x"), *docs])
    assert [row["library"] for row in rows[4:]] == ["numpy"]
    unlike = [{"text": "A library sum."}]
    rows = data.library_docs_labels([*four("x"), *docs], unlike=unlike)
    assert not rows[4:]


def test_no_library_has_more_than_twice_as_many_as_another():
    docs = [doc("python", f"Text {i}.") for i in range(9)]
    rows = data.library_docs_labels([*four("x"), *docs])
    sizes = collections.Counter(row["library"] for row in rows)
    assert sizes == {"keras": 1, "numpy": 1, "python": 2, "tensorflow": 1}


def test_every_library_must_have_a_text():
    with pytest.raises(ValueError, match="each of.*'keras': 1"):
        data.library_docs_labels([doc("keras", "A layer.")])


def test_installed_docs_name_no_library_and_are_balanced(rows):
    assert not any(
        re.search(
            r"keras|numpy|tensorflow|python|\btf\.|\bnp\.", r["text"], re.I
        )
        for r in rows
    )
    sizes = collections.Counter(row["library"] for row in rows)
    assert set(sizes) == set(data.LIBRARIES)
    assert max(sizes.values()) <= min(60, 2 * min(sizes.values()))


def test_questions_are_a_file_of_squad(tmp_path, questions):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(questions))
    # Fails unless every answer stands where it says.
    read = list(data.read_squad(str(file)))
    assert len(read) == 500
    assert all(0 < len(q.answers[0].text.split()) <= 30 for q in read)


def test_a_question_asks_for_a_parameter_or_the_result():
    text = "Adds.\n\nArgs:\n  x: A sum. More.\n\nReturns:\n  Nothing."
    found = data.library_docs_questions([doc("numpy", text)])
    (paragraph,) = found["data"][0]["paragraphs"]
    parameter, result = paragraph["qas"]
    assert parameter["id"] == "numpy.part.f(x)"
    assert re.search(r"\bx\b.*\bf\b|\bf\b.*\bx\b", parameter["question"])
    assert parameter["answers"] == [{"text": "A sum", "answer_start": 18}]
    assert result["id"] == "numpy.part.f"
    assert result["answers"] == [{"text": "Nothing", "answer_start": 43}]


def test_an_answer_is_asked_for_once_by_a_name():
    text = "{}\n\nArgs:\n  name: A name."
    docs = [doc("numpy", text.format(i), f"numpy.{i}") for i in range(9)]
    found = data.library_docs_questions(docs)
    assert [article["title"] for article in found["data"]] == ["numpy.0"]


def test_long_contexts_and_long_answers_are_left_out():
    many = " ".join(["word"] * 31)
    docs = [
        doc("numpy", f"Args:\n  x: {many}", "numpy.a"),
        doc("numpy", f"Args:\n  x: A sum.\n{many}", "numpy.b"),
    ]
    assert data.library_docs_questions(docs, max_characters=99)["data"] == []


def test_the_corpus_has_a_document_for_each_module():
    docs = [
        doc("numpy", "One\nline.\n\n  Two.", "numpy.a"),
        doc("numpy", "Three.", "numpy.a"),
        doc("numpy", "Four.", "numpy.b"),
    ]
    lines = list(data.library_docs_text(docs))
    assert lines == ["One line.", "Two.", "Three.", "", "Four.", ""]
