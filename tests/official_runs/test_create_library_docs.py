"""create_library_docs makes files that the other programs take."""

import json

import pytest

from nlp_modeling import data
from tests.official_runs.program.running_program import RunningProgram

pytestmark = pytest.mark.slow  # Looks through all that is installed.


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs") / "docs"
    with RunningProgram("official_runs.create_library_docs") as program:
        code, stderr = program.run(
            output_dir=folder, max_bytes=700_000, max_questions=50
        )
        assert code == 0, stderr
        code, stderr = program.run(output_dir=folder)
        assert code == 1
        assert "which exists" in stderr
    return folder


@pytest.mark.parametrize("split", ["train", "dev"])
def test_labels_are_a_task_of_the_table(folder, split):
    task = data.TEXT_TASKS["LIBRARY-DOCS"]
    file = getattr(task, f"{'eval' if split == 'dev' else split}_file")
    examples = list(
        data.read_text_examples(str(folder / "labels" / file), task)
    )
    assert {example.label for example in examples} == {0, 1, 2, 3}


@pytest.mark.parametrize("split", ["train", "dev"])
def test_questions_are_in_squads_format(folder, split):
    file = folder / "questions" / f"{split}.json"
    assert len(list(data.read_squad(str(file)))) == 50


def test_train_repeats_nothing_of_dev(folder):
    texts = [
        {
            json.loads(line)["text"]
            for line in (folder / "labels" / f"{split}.jsonl").open()
        }
        for split in ("train", "dev")
    ]
    assert not texts[0] & texts[1]


def test_the_corpus_is_documents_of_paragraphs(folder):
    chunks = data.document_chunks([str(folder / "corpus" / "train.txt")])
    documents = [document for chunk in chunks for document in chunk]
    assert len(documents) > 10
    assert sum(len(document) > 1 for document in documents) > 10
