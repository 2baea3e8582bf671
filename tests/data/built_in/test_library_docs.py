"""library_docs yields installed docstrings, once, and imports nothing."""

import functools
import itertools
import subprocess
import sys

import pytest

from nlp_modeling import data
from nlp_modeling.data.built_in.library_docs import library_docs


@pytest.fixture(scope="module", autouse=True)
def sources_once():
    """Lists the installed modules once: the listing takes a second."""
    module = sys.modules[library_docs.__module__]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_sources", functools.cache(module._sources))
        yield


@pytest.fixture(scope="module")
def dev_and_imported():
    """Collects docstrings, and the modules that this imports."""
    before = set(sys.modules)
    docs = list(library_docs("dev", max_bytes=200_000))
    assert {doc.module for doc in docs} - before
    return docs, set(sys.modules) - before


@pytest.fixture(scope="module")
def dev(dev_and_imported):
    return dev_and_imported[0]


def test_texts_are_the_docstrings_of_what_they_name(dev):
    by_name = {doc.name: doc for doc in dev if doc.library == "python"}
    checked = 0
    for name, doc in by_name.items():
        if name != doc.module:
            continue
        code = f"import inspect, {name} as m; print(inspect.getdoc(m), end='')"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True
        )
        if done.returncode == 0:
            assert done.stdout.strip() == doc.text.strip()
            checked += 1
        if checked == 2:
            break
    assert checked


def test_no_text_comes_twice_and_none_is_short(dev):
    texts = [doc.text for doc in dev]
    assert len(set(texts)) == len(texts)
    assert min(map(len, texts)) >= 80


def test_size_is_kept_and_nearly_reached(dev):
    size = sum(len(doc.text.encode()) for doc in dev)
    assert 180_000 < size <= 200_000


def test_a_smaller_corpus_is_the_beginning_of_a_larger(dev):
    smaller = list(library_docs("dev", max_bytes=50_000))
    assert smaller == dev[: len(smaller)]


def test_train_and_dev_share_neither_module_nor_text(dev):
    train = list(itertools.islice(library_docs("train"), 1000))
    assert not {d.module for d in train} & {d.module for d in dev}
    assert not {d.text for d in train} & {d.text for d in dev}


def test_a_small_corpus_holds_the_four_and_nothing_else(dev):
    assert {doc.library for doc in dev} == set(data.LIBRARIES)


def test_no_module_is_imported(dev_and_imported):
    docs, imported = dev_and_imported
    assert not imported & {doc.module for doc in docs}


def test_half_characters_are_dropped(tmp_path, monkeypatch):
    (tmp_path / "m.py").write_text('"""Halves: \\ud800 \\udfff."""')
    sources = {"m": ("library", tmp_path / "m.py")}
    module = sys.modules[library_docs.__module__]
    monkeypatch.setattr(module, "_sources", lambda: sources)
    (doc,) = [
        doc
        for split in ("dev", "train")
        for doc in library_docs(split, min_characters=1)
    ]
    assert doc.text == "Halves:  ."


def test_an_unknown_split_is_named():
    with pytest.raises(ValueError, match="split='test'"):
        library_docs("test")
