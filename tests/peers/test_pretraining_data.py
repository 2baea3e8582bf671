"""Our pretraining examples are those of Model Garden's script, in kind.

Runs where tf-models-official is installed (extra `garden`).
"""

import gzip
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, text

pretrain_dataloader = pytest.importorskip(
    "official.nlp.data.pretrain_dataloader"
)

LENGTHS = {"sequence_length": 128, "max_predictions": 20}
NUM_SEEDS = 12


@pytest.fixture(scope="module")
def source(data_folder, tmp_path_factory):
    """Some Wikipedia articles, and a vocabulary of words and letters."""
    folder = tmp_path_factory.mktemp("pretraining")
    with gzip.open(data_folder / "wikipedia" / "valid.txt.gz", "rt") as file:
        # The peer shows the beginning of a line that is longer than an example,
        # and we cut it: so each sentence has a line here.
        content = re.sub(r"(?<=[.!?]) ", "\n", file.read(600_000))
    (folder / "text.txt").write_text(content)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = sorted(set(content.lower().split()))
    letters = sorted(set("".join(words)))
    pieces = [f"##{letter}" for letter in letters]
    vocabulary = dict.fromkeys([*special, *letters, *pieces, *words])
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    return folder


@pytest.fixture(scope="module")
def tokenizer(source):
    return text.BertTokenizer(str(source / "vocab.txt"))


@pytest.fixture(scope="module")
def peer_file(source):
    path = source / "peer.tfrecord"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "official.nlp.data.create_pretraining_data",
            f"--input_file={source}/text.txt",
            f"--vocab_file={source}/vocab.txt",
            f"--output_file={path}",
            "--dupe_factor=2",
        ],
        check=True,
        capture_output=True,
    )
    return str(path)


@pytest.fixture(scope="module")
def our_files(source, tokenizer):
    """One file for each of some seeds."""
    paths = []
    for seed in range(NUM_SEEDS):
        make = data.PretrainingExamples(
            tokenizer,
            masking=text.MaskedLMMaskGenerator(tokenizer),
            dupe_factor=2,
            seed=seed,
        )
        paths.append(str(source / f"ours-{seed}.tfrecord"))
        data.write_pretraining_data(
            [str(source / "text.txt")], paths[-1:], make
        )
    return paths


def read(path):
    """All examples of a file: arrays [N, ...] without filling rows."""
    batches = data.evaluation_batches(
        path, data.features.PRETRAINING, 512, **LENGTHS
    )
    batches = list(batches.as_numpy_iterator())
    columns = {
        name: np.concatenate([batch[name] for batch in batches])
        for name in batches[0]
    }
    real = columns.pop("example_weights") == 1
    return {name: column[real] for name, column in columns.items()}


def statistics(path, mask_id):
    examples = read(path)
    lengths = examples["input_mask"].sum(axis=1)
    second = (examples["input_type_ids"] * examples["input_mask"]).sum(axis=1)
    weights = examples["masked_lm_weights"] == 1
    shown = np.take_along_axis(
        examples["input_word_ids"], examples["masked_lm_positions"], axis=1
    )[weights]
    labels = examples["masked_lm_ids"][weights]
    return {
        "examples": len(lengths),
        "random next": examples["next_sentence_labels"].mean(),
        "length": lengths.mean(),
        "short": (lengths < 100).mean(),
        "very short": (lengths < 40).mean(),
        "length of the second segment": second.mean(),
        "spread of the second segment": second.std(),
        "masks": weights.sum(axis=1).mean(),
        "masks of a token": weights.sum() / lengths.sum(),
        "became [MASK]": (shown == mask_id).mean(),
        "stayed": (shown == labels).mean(),
        "place of masks": examples["masked_lm_positions"][weights].mean(),
    }


@pytest.fixture(scope="module")
def table(peer_file, our_files, tokenizer):
    """The peer's statistics, and ours for each seed."""
    mask_id = tokenizer.mask_id
    return statistics(peer_file, mask_id), [
        statistics(path, mask_id) for path in our_files
    ]


@pytest.mark.parametrize(
    "name",
    [
        "examples",
        "random next",
        "length",
        "short",
        "very short",
        "length of the second segment",
        "spread of the second segment",
        "masks",
        "masks of a token",
        "became [MASK]",
        "stayed",
        "place of masks",
    ],
)
def test_statistics_equal_the_peers_within_sampling_error(table, name):
    peer, ours = table[0][name], [statistics[name] for statistics in table[1]]
    # Of Student's t with 11 degrees of freedom, 1 in 1,000 is beyond 4.4.
    error = np.std(ours, ddof=1) * np.sqrt(1 + 1 / NUM_SEEDS)
    assert abs(peer - np.mean(ours)) < 4.4 * error


def test_masked_tokens_are_counted_as_the_peer_counts(peer_file, our_files):
    for path in (peer_file, our_files[0]):
        examples = read(path)
        lengths = examples["input_mask"].sum(axis=1)
        expected = [min(20, max(1, round(n * 0.15))) for n in lengths.tolist()]
        counts = examples["masked_lm_weights"].sum(axis=1)
        np.testing.assert_array_equal(counts, expected)


def test_our_records_are_read_by_the_peers_loader(our_files):
    config = pretrain_dataloader.BertPretrainDataConfig(
        input_path=our_files[0],
        global_batch_size=64,
        is_training=False,
        seq_length=128,
        max_predictions_per_seq=20,
        drop_remainder=False,
    )
    loader = pretrain_dataloader.BertPretrainDataLoader(config)
    found = list(loader.load().as_numpy_iterator())
    ours = read(our_files[0])
    assert (ours.pop("next_sentence_weights") == 1).all()
    assert set(found[0]) == set(ours)
    for name, expected in ours.items():
        column = np.concatenate([batch[name] for batch in found])
        np.testing.assert_array_equal(column.reshape(expected.shape), expected)


def test_the_peers_records_are_read_bit_for_bit(peer_file):
    examples = read(peer_file)
    for i, record in enumerate(tf.data.TFRecordDataset(peer_file).take(100)):
        feature = tf.train.Example.FromString(record.numpy()).features.feature
        for f in data.features.PRETRAINING:
            values = feature[f.name_on_disk]
            values = values.int64_list.value or values.float_list.value
            np.testing.assert_array_equal(
                np.ravel(examples[f.name][i]), np.array(values)
            )
