"""run_classifier takes raw files to a measured model, or ends in one line."""

import csv
import json
import shutil

import numpy as np
import pytest

from nlp_modeling import data, models, text
from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.run_classifier") as running:
        yield running


@pytest.fixture(scope="module")
def flags(tmp_path_factory):
    """Flags of a task in SST-2's files, and how to learn it quickly."""
    folder = tmp_path_factory.mktemp("sst2")
    tiny_finetuning.write_texts(folder)
    return {
        **tiny_finetuning.write_common(folder),
        "classification_task_name": "SST-2",
        "input_data_dir": folder,
    }


@pytest.fixture(scope="module")
def finished(program, flags, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("run")
    code, log = program.run(**flags, model_dir=model_dir)
    assert code == 0, log
    return model_dir


@pytest.fixture(scope="module")
def two_seeds(program, flags, tmp_path_factory):
    """A run of an epoch with the seeds 3 and 4."""
    model_dir = tmp_path_factory.mktemp("seeds")
    short = {"num_train_epochs": 1, "num_seeds": 2, "seed": 3}
    code, log = program.run(**{**flags, **short}, model_dir=model_dir)
    assert code == 0, log
    return model_dir


def evaluations(model_dir):
    lines = (model_dir / "metrics.jsonl").read_text().splitlines()
    values = [json.loads(line) for line in lines]
    return [each for each in values if each["part"] == "evaluation"]


def scores(model_dir):
    return json.loads((model_dir / "scores.json").read_text())


def by_hand(model_dir, texts):
    """Log-odds of texts, one by one, from the preset that a run left."""
    model = models.BertClassifier.from_preset(model_dir / "model")
    tokenizer = text.BertTokenizer.from_preset(model_dir / "model")
    packer = text.SegmentPacker(24, tokenizer)
    logits = [model(packer(tokenizer([text]))).numpy()[0] for text in texts]
    return np.array(logits)


def test_a_task_is_learned_from_its_files(finished):
    assert scores(finished)["accuracy"]["mean"] > 0.9


def test_a_run_lives_in_remote_storage(program, flags):
    short = {**flags, "num_train_epochs": 1}
    begun = {**short, "init_checkpoint": "ram://runs/first"}
    del begun["vocab_file"]
    for arguments in (
        {**short, "model_dir": "ram://runs/first"},
        {**begun, "model_dir": "ram://runs/second"},
        {**begun, "model_dir": "ram://runs/second", "mode": "eval"},
        {
            "mode": "export_only",
            "model_dir": "ram://runs/second",
            "model_export_path": "ram://runs/served",
        },
    ):
        code, log = program.run(**arguments)
        assert code == 0, log


def test_every_epoch_is_measured(finished):
    # 160 examples in batches of 8.
    assert [each["step"] for each in evaluations(finished)] == [20, 40, 60, 80]


def test_the_model_that_is_kept_has_the_best_score(finished, flags):
    best = max(each["accuracy"] for each in evaluations(finished))
    assert scores(finished)["accuracy"]["values"] == [best]
    task = data.TEXT_TASKS["SST-2"]
    examples = list(
        data.read_text_examples(str(flags["input_data_dir"] / "dev.tsv"), task)
    )
    logits = by_hand(finished, [example.texts[0] for example in examples])
    right = logits.argmax(axis=1) == [example.label for example in examples]
    assert right.mean() == pytest.approx(best)


def test_test_predictions_have_glues_form(finished, flags):
    with open(finished / "predictions" / "SST-2.tsv") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    with open(flags["input_data_dir"] / "test.tsv") as file:
        texts = [
            row["sentence"] for row in csv.DictReader(file, delimiter="\t")
        ]
    assert [row["index"] for row in rows] == [str(i) for i in range(10)]
    expected = by_hand(finished, texts).argmax(axis=1)
    assert [int(row["prediction"]) for row in rows] == list(expected)


def test_eval_and_predict_take_the_model_of_the_folder(
    program, flags, finished
):
    before = scores(finished)
    path = finished / "predictions" / "SST-2.tsv"
    predictions = path.read_text()
    path.unlink()
    for mode in ("eval", "predict"):
        code, log = program.run(**flags, model_dir=finished, mode=mode)
        assert code == 0, log
        assert scores(finished) == before
    assert path.read_text() == predictions


def test_records_are_made_once(program, flags, finished):
    made = {
        path: path.stat().st_mtime_ns
        for path in (finished / "records").iterdir()
    }
    assert len(made) == 3
    code, log = program.run(**flags, model_dir=finished, mode="eval")
    assert code == 0, log
    for path, time in made.items():
        assert path.stat().st_mtime_ns == time


def test_a_fine_tuned_run_is_fine_tuned_on(program, flags, finished, tmp_path):
    """With the settings of --task=sst2."""
    still = {"learning_rate": 0.0, "num_train_steps": 1, "task": "sst2"}
    named = ("vocab_file", "classification_task_name")
    unnamed = {k: v for k, v in flags.items() if k not in named}
    code, log = program.run(
        **{**unnamed, **still}, init_checkpoint=finished, model_dir=tmp_path
    )
    assert code == 0, log
    first, second = (
        models.BertClassifier.from_preset(path / "model").network
        for path in (finished, tmp_path)
    )
    for ours, theirs in zip(second.weights, first.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs, ours.path)


def test_seeds_are_told_one_by_one(two_seeds):
    found = scores(two_seeds)["accuracy"]
    each = [
        evaluations(two_seeds / f"seed_{seed}")[-1]["accuracy"]
        for seed in (3, 4)
    ]
    assert found["values"] == each
    assert found["mean"] == pytest.approx(np.mean(each))
    assert found["standard_deviation"] == pytest.approx(np.std(each, ddof=1))
    settings = (two_seeds / "seed_4" / "config.gin").read_text()
    assert "SEED = 4" in settings


def test_a_score_is_learned(program, flags, tmp_path):
    """With the settings of --task=stsb; pairs take so tiny a network longer."""
    tiny_finetuning.write_scored_pairs(tmp_path)
    task = {"task": "stsb", "input_data_dir": tmp_path}
    longer = {"num_train_epochs": 8, "seed": 1}
    flags = {k: v for k, v in flags.items() if "task" not in k}
    code, log = program.run(
        **{**flags, **task, **longer}, model_dir=tmp_path / "run"
    )
    assert code == 0, log
    assert scores(tmp_path / "run")["pearson"]["mean"] > 0.9


def test_custom_files_and_records_give_the_same_model(
    program, flags, finished, two_seeds, tmp_path
):
    """The same texts, as JSON lines and as TFRecords with their meta data."""
    task = data.TEXT_TASKS["SST-2"]
    for split in ("train", "dev"):
        examples = data.read_text_examples(
            str(flags["input_data_dir"] / f"{split}.tsv"), task
        )
        rows = [{"review": x.texts[0], "good": x.label} for x in examples]
        lines = "\n".join(map(json.dumps, rows))
        (tmp_path / f"{split}.jsonl").write_text(lines + "\n")
    own = {
        k: v
        for k, v in flags.items()
        if k not in ("classification_task_name", "input_data_dir")
    } | {"num_train_epochs": 1, "seed": 3}
    code, log = program.run(
        **own,
        train_file=tmp_path / "train.jsonl",
        eval_file=tmp_path / "dev.jsonl",
        text_columns="review",
        label_column="good",
        model_dir=tmp_path / "own",
    )
    assert code == 0, log
    meta_data = {"processor_type": "own", "label_list": ["0", "1"]}
    (tmp_path / "meta").write_text(json.dumps(meta_data))
    (train,) = (finished / "records").glob("train-*")
    (dev,) = (finished / "records").glob("eval-*")
    code, log = program.run(
        **own,
        train_data_path=train,
        eval_data_path=dev,
        input_meta_data_path=tmp_path / "meta",
        model_dir=tmp_path / "records",
    )
    assert code == 0, log
    for run in ("own", "records"):
        assert evaluations(tmp_path / run) == evaluations(two_seeds / "seed_3")


@pytest.mark.slow  # Looks through all that is installed.
def test_the_built_in_task_needs_no_file(program, flags, tmp_path):
    """From scratch: texts, labels, vocabulary and network."""
    code, log = program.run(
        task="library_docs",
        gin_param="write_library_docs.max_bytes = 1_000_000",
        num_train_steps=2,
        model_dir=tmp_path,
    )
    assert code == 0, log
    task = json.loads((tmp_path / "model" / "task.json").read_text())
    assert task["labels"] == list(data.LIBRARIES)
    assert 0 < scores(tmp_path)["accuracy"]["mean"] < 1


def test_the_built_in_task_takes_files_of_ones_own(program, flags, tmp_path):
    rows = [
        {"text": f"ba {word}", "library": library}
        for word in ("be", "bi", "bo")
        for library in data.LIBRARIES
    ]
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, log = program.run(
        task="library_docs",
        train_file=file,
        eval_file=file,
        vocab_file=flags["vocab_file"],
        num_train_steps=1,
        model_dir=tmp_path / "run",
    )
    assert code == 0, log
    assert f"Records, train: {len(rows)} examples" in log
    assert not (tmp_path / "run" / "library_docs").exists()


def test_the_model_is_exported_as_it_is(program, flags, finished, tmp_path):
    code, log = program.run(
        mode="export_only",
        model_dir=finished,
        model_export_path=tmp_path / "export",
    )
    assert code == 0, log
    assert (tmp_path / "export" / "saved_model.pb").exists()


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"input_data_dir": "nowhere"}, "--input_data_dir=nowhere"),
        ({"gin_param": "Classification.task = 'SST-2'"}, "Classification"),
        ({"vocab_file": "nowhere.txt"}, "nowhere.txt"),
        ({"init_checkpoint": "nowhere"}, "nowhere"),
        ({"max_seq_length": 128}, "--max_seq_length"),
        ({"train_file": "nowhere.tsv"}, "nowhere.tsv"),
        ({"text_columns": "no_column"}, "no_column"),
        ({"labels": "2,3", "text_columns": "sentence"}, "label='"),
        ({"train_data_path": "nowhere*"}, "nowhere"),
        ({"input_meta_data_path": "nowhere.json"}, "nowhere.json"),
        ({"task": "nowhere"}, "one of classification, ax, cola"),
        ({"mode": "eval"}, "must have a model"),
        ({"num_train_steps": -1}, "steps=-1"),
        ({"mode": "export_only"}, "--model_export_path"),
        ({"num_train_epochs": 0}, "num_train_epochs"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_bad_use_ends_in_one_line_before_training(
    program, flags, tmp_path, wrong, said
):
    model_dir = tmp_path / "run"
    code, log = program.run(**{**flags, "model_dir": model_dir, **wrong})
    assert code == 1
    assert said in log
    *records, error = log.strip().splitlines()
    assert error.startswith("Error: ")
    assert all(line.startswith("Records, ") for line in records)
    metrics = model_dir / "metrics.jsonl"
    assert not metrics.exists() or metrics.read_text() == ""


def test_a_task_without_eval_examples_is_refused(program, flags, tmp_path):
    train = (flags["input_data_dir"] / "train.tsv").read_text()
    (tmp_path / "train.tsv").write_text(train)
    only_train = {**flags, "input_data_dir": tmp_path}
    code, log = program.run(**only_train, model_dir=tmp_path / "run")
    assert code == 1
    assert "must have eval examples: --eval_file" in log


@pytest.mark.parametrize(
    "row, said",
    [
        (b"na\xefve\t1", "UTF-8"),
        (b"word\tgood", "label='good'"),
        (b"no label", "line="),
    ],
    ids=["bytes", "label", "column"],
)
def test_a_bad_row_is_named(program, flags, tmp_path, row, said):
    train = flags["input_data_dir"] / "train.tsv"
    (tmp_path / "train.tsv").write_bytes(train.read_bytes() + row + b"\n")
    code, log = program.run(
        **flags, train_file=tmp_path / "train.tsv", model_dir=tmp_path / "run"
    )
    assert code == 1
    assert said in log.splitlines()[-1]
    assert str(tmp_path / "train.tsv") in log.splitlines()[-1]


def test_texts_without_words_and_with_too_many_are_examples(
    program, flags, finished, tmp_path
):
    rows = ["sentence\tlabel", "\t0", " \t1", "baba " * 200 + "\t0"]
    (tmp_path / "dev.tsv").write_text("\n".join(rows) + "\n")
    shutil.copytree(finished / "model", tmp_path / "run" / "model")
    code, log = program.run(
        **flags,
        mode="eval",
        eval_file=tmp_path / "dev.tsv",
        model_dir=tmp_path / "run",
    )
    assert code == 0, log
    assert scores(tmp_path / "run")["accuracy"]["mean"] in (0, 1 / 3, 2 / 3, 1)


def test_weights_of_another_shape_are_refused(
    program, flags, finished, tmp_path
):
    """A checkpoint does not say what it is of: the settings do."""
    (checkpoint,) = (finished / "checkpoints").glob("step-*.index")
    code, log = program.run(
        **flags,
        init_checkpoint=str(checkpoint).removesuffix(".index"),
        gin_param="TransformerEncoder.hidden_size = 8",
        model_dir=tmp_path,
    )
    assert code == 1
    assert "must have the shape" in log


@pytest.mark.parametrize(
    "vocabulary, labels, said",
    [
        (tiny_finetuning.VOCABULARY, ["0"], "below num_classes=1"),
        (
            tiny_finetuning.VOCABULARY[:60],
            ["0", "1"],
            "below vocab_size=60",
        ),
    ],
    ids=["labels", "vocabulary"],
)
def test_records_of_something_else_are_refused(
    program, flags, finished, tmp_path, vocabulary, labels, said
):
    (train,) = (finished / "records").glob("train-*")
    (dev,) = (finished / "records").glob("eval-*")
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary))
    (tmp_path / "meta").write_text(json.dumps({"label_list": labels}))
    other = {
        **flags,
        "vocab_file": tmp_path / "vocab.txt",
        "train_data_path": train,
        "eval_data_path": dev,
        "input_meta_data_path": tmp_path / "meta",
    }
    del other["classification_task_name"], other["input_data_dir"]
    code, log = program.run(**other, model_dir=tmp_path / "run")
    assert code == 1
    assert said in log


def test_a_model_of_other_labels_is_refused(program, flags, finished):
    code, log = program.run(
        **{**flags, "text_columns": "sentence", "labels": "1,0"},
        model_dir=finished,
        mode="eval",
    )
    assert code == 1
    assert "labels" in log
