"""create_pretraining_data writes records, or nothing and one line."""

import gzip
import importlib.util
import re
import resource
import signal
import time

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data
from tests.official_runs.program.program_process import ProgramProcess, finish
from tests.official_runs.program.running_program import RunningProgram

MODULE = "official_runs.create_pretraining_data"
WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="module")
def program():
    with RunningProgram(MODULE) as running:
        yield running


@pytest.fixture(scope="module")
def flags(tmp_path_factory):
    """Two files of 40 documents each, and a vocabulary of their words."""
    folder = tmp_path_factory.mktemp("text")
    rng = np.random.default_rng(0)
    for name in ("a.txt", "b.txt.gz"):
        text = "\n\n".join(
            "\n".join(" ".join(rng.choice(WORDS, 12)) for _ in range(20))
            for _ in range(40)
        ).encode()
        packed = gzip.compress(text) if name.endswith(".gz") else text
        (folder / name).write_bytes(packed)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(SPECIAL + WORDS) + "\n")
    return {
        "input_file": f"{folder}/a*,{folder}/b*",
        "vocab_file": str(vocabulary),
        "max_seq_length": 64,
        "max_predictions_per_seq": 10,
        "dupe_factor": 2,
        "num_workers": 1,
    }


def records(folder):
    files = sorted(map(str, folder.rglob("*.tfrecord")))
    return [r.numpy() for r in tf.data.TFRecordDataset(files)]


def run_whole(program, **flags):
    code, log = program.run(**flags)
    assert code == 0, log
    return log


def test_shards_hold_examples_that_training_reads(program, flags, tmp_path):
    log = run_whole(program, **flags, output_dir=tmp_path / "out", num_shards=3)
    names = [f"pretraining-0000{i}-of-00003.tfrecord" for i in range(3)]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    counts = [
        sum(1 for _ in tf.data.TFRecordDataset(str(tmp_path / "out" / name)))
        for name in names
    ]
    assert max(counts) - min(counts) <= 1
    assert f"{sum(counts):,} examples" in log
    batches = data.training_batches(
        f"{tmp_path}/out/*",
        data.features.PRETRAINING,
        8,
        sequence_length=64,
        max_predictions=10,
    )
    (batch,) = batches.take(1)
    assert batch["input_word_ids"].shape == (8, 64)


def test_output_files_get_the_same_examples_as_shards(program, flags, tmp_path):
    files = [tmp_path / "files" / f"{i}.tfrecord" for i in range(2)]
    run_whole(program, **flags, output_file=",".join(map(str, files)))
    run_whole(program, **flags, output_dir=tmp_path / "dir", num_shards=2)
    assert records(tmp_path / "files") == records(tmp_path / "dir")


def test_a_seed_gives_equal_bytes_and_another_does_not(
    program, flags, tmp_path
):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_whole(
            program, **flags, output_dir=tmp_path / name, random_seed=seed
        )
    a, b, c = (next((tmp_path / name).iterdir()).read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(
    "more",
    [
        dict(do_whole_word_mask=True, max_ngram_size=3),
        dict(masking="dynamic"),
        dict(use_next_sentence_label=False),
        dict(gzip_compress=True),
    ],
)
def test_every_kind_of_example_is_read_again(program, flags, tmp_path, more):
    run_whole(program, **flags, **more, output_dir=tmp_path / "out")
    features = (
        data.features.UNMASKED
        if "masking" in more
        else (data.features.PRETRAINING)
    )
    if more.get("use_next_sentence_label") is False:
        features = data.features.MASKED_LM
    batches = data.evaluation_batches(
        f"{tmp_path}/out/*", features, 16, sequence_length=64
    )
    count = sum(batch["example_weights"].numpy().sum() for batch in batches)
    assert count > 80


def test_dynamic_records_are_smaller_and_come_once(program, flags, tmp_path):
    flags = {**flags}
    del flags["dupe_factor"]
    run_whole(program, **flags, masking="dynamic", output_dir=tmp_path / "d")
    run_whole(program, **flags, masking="static", output_dir=tmp_path / "s")
    dynamic, static = records(tmp_path / "d"), records(tmp_path / "s")
    assert len(dynamic) < len(static) / 5
    assert max(map(len, dynamic)) < min(map(len, static))


def test_what_exists_is_not_replaced_unless_told(program, flags, tmp_path):
    flags = dict(flags, output_dir=tmp_path / "out")
    run_whole(program, **flags)
    before = records(tmp_path / "out")
    code, log = program.run(**flags, random_seed=7)
    assert code == 1 and str(tmp_path / "out") in log
    assert records(tmp_path / "out") == before
    run_whole(program, **flags, random_seed=7, overwrite=True)
    assert records(tmp_path / "out") != before


@pytest.mark.parametrize(
    "name,content,message",
    [
        ("input_file", None, "input_file=.*there is no file"),
        ("input_file", b"", "must not be empty.*input_file"),
        ("input_file", b" \n\n", "hold text.*input_file"),
        ("input_file", b"good\nna\xefve", "UTF-8.*input_file', line=2"),
        ("vocab_file", None, "vocab_file"),
        ("vocab_file", b"[PAD]\n[UNK]\n[CLS]\n[SEP]\nba\n", r"\[MASK\]"),
    ],
)
def test_bad_input_ends_in_one_line_and_writes_nothing(
    program, flags, tmp_path, name, content, message
):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    flags = dict(flags, output_dir=tmp_path / "out", **{name: file})
    code, log = program.run(**flags)
    assert code == 1
    lines = log.strip().splitlines()
    assert lines[-1].startswith("Error: ")
    assert "Traceback" not in log
    assert re.search(message, lines[-1])
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    "more,message",
    [
        (dict(output_file="x", output_dir="y"), "output_file.*output_dir"),
        (dict(), "output_file.*output_dir"),
        (dict(output_dir="x", max_ngram_size=2), "max_ngram_size=2"),
        (dict(output_dir="x", max_seq_length=3), "max_seq_length=3"),
        (dict(output_dir="x", masked_lm_prob=2), "masked_lm_prob=2"),
        (dict(output_file="x,./x"), "share a path"),
        (dict(output_file="x", runner="beam"), "output_dir"),
    ],
)
def test_unfit_flags_end_in_one_line(program, flags, more, message):
    code, log = program.run(**{**flags, **more})
    assert code == 1
    assert re.search(f"^Error: .*{message}", log, re.MULTILINE)


def test_beam_that_is_not_installed_is_named(program, flags, tmp_path):
    if importlib.util.find_spec("apache_beam"):
        pytest.skip("apache_beam is installed")
    code, log = program.run(**flags, output_dir=tmp_path / "x", runner="beam")
    assert code == 1 and "extra `beam`" in log
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_beam_makes_the_examples_of_the_local_run(program, flags, tmp_path):
    pytest.importorskip("apache_beam")
    run_whole(program, **flags, output_dir=tmp_path / "local")
    run_whole(
        program, **flags, output_dir=tmp_path / "b", num_shards=2, runner="beam"
    )
    assert len(list((tmp_path / "b").iterdir())) == 2
    assert sorted(records(tmp_path / "b")) == sorted(
        records(tmp_path / "local")
    )


def start(flags):
    return ProgramProcess("create_pretraining_data", flags)


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_that_looks_finished(flags, tmp_path):
    flags = dict(flags, output_dir=tmp_path / "out", dupe_factor=10_000)
    process = start(flags)
    while not (tmp_path / ".out.partial").exists():
        assert not process.is_over, process.said
        time.sleep(0.05)
    process.end(signal.SIGKILL)
    assert [p.name for p in tmp_path.iterdir()] == [".out.partial"]


@pytest.mark.slow
def test_a_full_disk_ends_in_one_line_and_leaves_nothing(flags, tmp_path):
    process = start(dict(flags, output_dir=tmp_path / "out"))
    limits = 100_000, 100_000
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limits)
    assert process.end() == 1
    assert process.said.strip().splitlines()[-1].startswith("Error: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_two_workers_write_the_bytes_of_one(data_folder, tmp_path):
    # Long enough for the second process to start and take chunks.
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("\n".join([*SPECIAL, *"abcdefghijklmnopqrstuvwxyz"]))
    flags = {
        "vocab_file": vocabulary,
        "input_file": data_folder / "wikipedia" / "train-00.txt.gz",
        "dupe_factor": 2,
    }
    for workers in (1, 2):
        output = tmp_path / str(workers)
        finish(start(dict(flags, num_workers=workers, output_dir=output)))
    one, two = (next((tmp_path / name).iterdir()).read_bytes() for name in "12")
    assert one == two
