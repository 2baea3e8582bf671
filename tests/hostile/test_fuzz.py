"""A reader of a damaged file gives a value, or an error that names the file."""

import json
import pathlib
import shutil

import hypothesis
import pytest
import tensorflow as tf

from nlp_modeling import data, networks, text, training
from official_runs.finetuning.saved_model import read_task
from tests.hostile.damage import damaged, of_another_form

# Of each file, in each way of damage.
EXAMPLES = 150
PRESET = pathlib.Path("tests/fixtures/presets/bert_classifier")
VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] a b ##c when ?".split()

SQUAD = json.dumps(
    {
        "version": "1.1",
        "data": [
            {
                "title": "t",
                "paragraphs": [
                    {
                        "context": "a b ac",
                        "qas": [
                            {
                                "id": "1",
                                "question": "when?",
                                "answers": [{"text": "b", "answer_start": 2}],
                            }
                        ],
                    }
                ],
            }
        ],
    }
)
TASK = json.dumps(
    {"kind": "classification", "labels": ["a", "b"], "scores": {"f1": 0.5}}
)
BERT = json.dumps({"model_type": "bert", "hidden_size": 8, "vocab_size": 9})
ROWS = "\n".join(json.dumps({"sentence": x, "label": "1"}) for x in "abc")
LINES = "\n".join(
    json.dumps({"step": x, "part": "train", "loss": 0.5}) for x in (1, 2)
)


def _preset(folder):
    for name in ("config.json", "model.weights.h5"):
        if not (folder / name).exists():
            shutil.copy(PRESET / name, folder / name)
    networks.FeatureModel.from_preset(str(folder))


def _tokenizer(folder):
    for name, content in (
        ("vocab.txt", "\n".join(VOCABULARY)),
        ("tokenizer.json", '{"lower_case": true}'),
    ):
        if not (folder / name).exists():
            (folder / name).write_text(content)
    text.BertTokenizer.from_preset(str(folder))


def _encoder(folder):
    from nlp_modeling import checkpoints

    checkpoints.load_encoder(str(folder))


def _metrics(folder):
    return training.RunFolder(str(folder), writes=False).logged()


def _unreported(folder):
    return training.RunFolder(str(folder), writes=False).unreported(1)


def _texts(folder):
    (file,) = folder.iterdir()
    return list(data.read_text_examples(str(file), data.TEXT_TASKS["SST-2"]))


def _squad(folder):
    return list(data.read_squad(f"{folder}/train.json"))


def _sentences(folder):
    return list(data.read_conll(f"{folder}/train.txt"))


def _records(folder):
    files = [f"{folder}/a.tfrecord"]
    data.stored_features(files)
    return data.first_batch(
        files, data.features.CLASSIFICATION, sequence_length=9, vocab_size=10
    )


def _task(folder):
    return read_task(str(folder))


FILES = {
    "config.json": (_preset, (PRESET / "config.json").read_text()),
    "tokenizer.json": (_tokenizer, '{"lower_case": true}'),
    "vocab.txt": (_tokenizer, "\n".join(VOCABULARY)),
    "bert/config.json": (_encoder, BERT),
    "model/task.json": (_task, TASK),
    "train.json": (_squad, SQUAD),
    "train.jsonl": (_texts, ROWS),
    "train.tsv": (_texts, "sentence\tlabel\na\t1\nb c\t0\n"),
    "train.csv": (_texts, 'sentence,label\n"a, ""b""",1\nb,0\n'),
    "train.txt": (_sentences, "a B-x\nb O\n\nc O\n"),
    "metrics.jsonl": (_metrics, LINES),
    "unreported.json": (_unreported, '{"1": {"loss": [0.5, 1.5]}}'),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def read_damaged(folder, name, read, content):
    """Reads a file of this content; raises if the error does not name it."""
    shutil.rmtree(folder)
    path = folder / name.removeprefix("bert/")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    try:
        read(folder)
    except (ValueError, OSError, tf.errors.OpError) as error:
        said = str(error)
        assert path.name in said or str(folder) in said, said


def fuzz(strategy, check):
    count = 0

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def each(content):
        nonlocal count
        count += 1
        check(content)

    each()
    return count


@pytest.mark.parametrize("name", FILES)
def test_damaged_bytes(folder, name, record_property):
    read, good = FILES[name]
    count = fuzz(
        damaged(good.encode()),
        lambda content: read_damaged(folder, name, read, content),
    )
    record_property("tried", count)


@pytest.mark.parametrize(
    "name", [x for x in FILES if x.endswith(".json") and x != "train.jsonl"]
)
def test_json_of_another_form(folder, name, record_property):
    read, good = FILES[name]
    count = fuzz(
        of_another_form(good),
        lambda content: read_damaged(folder, name, read, content),
    )
    record_property("tried", count)


def test_damaged_weights(folder, record_property):
    good = (PRESET / "model.weights.h5").read_bytes()
    count = fuzz(
        damaged(good),
        lambda content: read_damaged(
            folder, "model.weights.h5", _preset, content
        ),
    )
    record_property("tried", count)


def test_damaged_records(folder, tmp_path, record_property):
    path = str(tmp_path / "good.tfrecord")
    row = {
        "input_ids": [2, 5, 3],
        "input_mask": [1, 1, 1],
        "segment_ids": [0, 0, 0],
        "label_ids": [1],
    }
    features = {
        name: tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        for name, values in row.items()
    }
    example = tf.train.Example(features=tf.train.Features(feature=features))
    with tf.io.TFRecordWriter(path) as writer:
        for _ in range(3):
            writer.write(example.SerializeToString())
    count = fuzz(
        damaged(pathlib.Path(path).read_bytes()),
        lambda content: read_damaged(folder, "a.tfrecord", _records, content),
    )
    record_property("tried", count)
