"""The batch of step n depends on files, seed and n, and on nothing else."""

import collections
import functools
import re

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data
from nlp_modeling.data.records.parse_examples import parse_examples
from nlp_modeling.data.records.read_records import read_records
from tests.two_devices import on_two_devices

FEATURES = (data.features.INPUT_WORD_IDS, data.features.LABEL_ID)


def write(path, examples, gzip=False):
    """Writes (words, label) pairs with TensorFlow's own messages."""
    with tf.io.TFRecordWriter(str(path), "GZIP" if gzip else "") as writer:
        for words, label in examples:
            example = tf.train.Example()
            feature = example.features.feature
            feature["input_ids"].int64_list.value.extend(words)
            feature["label_ids"].int64_list.value.append(label)
            writer.write(example.SerializeToString())


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Writes three files of 50, 70 and 90 examples, labelled 0 to 209."""
    tmp_path = tmp_path_factory.mktemp("files")
    first = 0
    for i, size in enumerate((50, 70, 90)):
        examples = [
            ([label + 1000] * (1 + label % 7), label)
            for label in range(first, first + size)
        ]
        write(tmp_path / f"{i}.tfrecord", examples)
        first += size
    return str(tmp_path / "*.tfrecord")


def batches(files, count=None, features=FEATURES, **kwargs):
    arguments = dict(batch_size=12, sequence_length=8, seed=3)
    dataset = data.training_batches(files, features, **(arguments | kwargs))
    return list(dataset.take(count or 40).as_numpy_iterator())


@functools.cache
def read_once(files, length_multiple, shuffle_window):
    return batches(
        files,
        150,
        length_multiple=length_multiple,
        shuffle_window=shuffle_window,
    )


def whole(files, length_multiple=None, shuffle_window=16_384):
    """Gives the first 150 batches, read once for all tests."""
    return read_once(files, length_multiple, shuffle_window)


@pytest.fixture(scope="module")
def dataset(files):
    return data.training_batches(files, FEATURES, 12, sequence_length=8, seed=3)


def labels(batches):
    return np.stack([batch["label_ids"] for batch in batches])


def context(pipelines, pipeline, replicas):
    return tf.distribute.InputContext(pipelines, pipeline, replicas)


def test_an_epoch_has_every_example_once(files):
    seen = labels(whole(files)[:35]).reshape(2, 210)
    for epoch in seen:
        assert sorted(epoch) == list(range(210))
    assert (seen[0] != seen[1]).any()


def test_features_are_what_was_written_and_padded_with_zeros(files):
    for batch in whole(files)[:5]:
        for i, label in enumerate(batch["label_ids"]):
            length = 1 + label % 7
            words = [label + 1000] * length + [0] * (8 - length)
            mask = [1] * length + [0] * (8 - length)
            np.testing.assert_array_equal(batch["input_word_ids"][i], words)
            np.testing.assert_array_equal(batch["input_mask"][i], mask)


def test_a_seed_gives_one_order_whatever_the_global_seed(files):
    tf.random.set_seed(1)
    first = labels(batches(files, 20))
    tf.random.set_seed(2)
    np.testing.assert_array_equal(labels(whole(files)[:20]), first)
    assert (labels(batches(files, 20, seed=4)) != first).any()


@pytest.mark.parametrize("start,length_multiple", [(17, None), (70, 4)])
@pytest.mark.parametrize("shuffle_window", [25, 16_384])
def test_a_later_start_gives_the_same_batches(
    files, start, length_multiple, shuffle_window
):
    kwargs = dict(
        length_multiple=length_multiple, shuffle_window=shuffle_window
    )
    later = batches(files, 90 - start, start_step=start, **kwargs)
    expected_batches = whole(files, **kwargs)[start:90]
    for expected, batch in zip(expected_batches, later, strict=True):
        for name in expected:
            np.testing.assert_array_equal(batch[name], expected[name])


@pytest.mark.parametrize(
    "threads,cpus,autotune", [(1, 1, True), (4, 4, True), (4, 4, False)]
)
def test_parallelism_changes_nothing(files, dataset, threads, cpus, autotune):
    options = tf.data.Options()
    options.threading.private_threadpool_size = threads
    options.autotune.enabled = autotune
    options.autotune.cpu_budget = cpus
    found = list(dataset.with_options(options).take(40).as_numpy_iterator())
    np.testing.assert_array_equal(labels(found), labels(whole(files)[:40]))


@pytest.mark.parametrize(
    "pipelines,replicas,length_multiple", [(1, 2, 4), (2, 4, None), (2, 4, 4)]
)
def test_replicas_share_the_same_global_batch(
    files, pipelines, replicas, length_multiple
):
    kwargs = dict(length_multiple=length_multiple)
    alone = labels(whole(files, **kwargs)[:20])
    per_pipeline = replicas // pipelines
    parts = [
        labels(
            batches(
                files,
                20 * per_pipeline,
                input_context=context(pipelines, pipeline, replicas),
                **kwargs,
            )
        ).reshape(20, -1)
        for pipeline in range(pipelines)
    ]
    together = np.concatenate(parts, axis=1)
    np.testing.assert_array_equal(
        np.sort(together, axis=1), np.sort(alone, axis=1)
    )


def read_on_two_devices(strategy, files):
    """Reads 40 steps, and lists the labels of both replicas."""
    features = (data.features.INPUT_WORD_IDS, data.features.LABEL_ID)
    batches = iter(
        strategy.distribute_datasets_from_function(
            lambda context: data.training_batches(
                files,
                features,
                12,
                sequence_length=8,
                seed=3,
                start_step=5,
                input_context=context,
            )
        )
    )
    steps = [next(batches)["label_ids"] for _ in range(40)]
    return [[x.numpy().tolist() for x in step.values] for step in steps]


def test_two_devices_share_the_batches_of_one(files):
    parts = np.array(on_two_devices(read_on_two_devices, files))
    assert parts.shape == (40, 2, 6)
    np.testing.assert_array_equal(
        np.sort(parts.reshape(40, 12)),
        np.sort(labels(whole(files)[5:45])),
    )


def test_fixed_batches_have_static_shapes(dataset):
    shapes = {k: v.shape.as_list() for k, v in dataset.element_spec.items()}
    assert shapes == {
        "input_word_ids": [12, 8],
        "input_mask": [12, 8],
        "label_ids": [12],
    }


@pytest.mark.parametrize("padded", [False, True])
def test_batches_by_length_pad_less_and_lose_nothing(files, padded, tmp_path):
    features = FEATURES
    if padded:  # To eight, by words of many bytes.
        features = (*FEATURES, data.features.INPUT_MASK)
        files = str(tmp_path / "padded")
        with tf.io.TFRecordWriter(files) as writer:
            for label in range(210):
                example = tf.train.Example()
                feature, length = example.features.feature, 1 + label % 7
                filler = 30_000 if label % 2 else 0
                feature["input_ids"].int64_list.value.extend(
                    [1] * length + [filler] * (8 - length)
                )
                feature["input_mask"].int64_list.value.extend(
                    [1] * length + [0] * (8 - length)
                )
                feature["label_ids"].int64_list.value.append(label)
                writer.write(example.SerializeToString())
    if padded:
        plain = batches(files, 150, features=features)
    else:
        plain = whole(files)
    by_length = batches(files, 150, features=features, length_multiple=2)
    counts = [
        collections.Counter(labels(found).ravel().tolist())
        for found in (plain, by_length)
    ]
    assert counts[0] == counts[1]
    for batch in by_length:
        longest = batch["input_mask"].sum(axis=1).max()
        assert batch["input_word_ids"].shape[1] == min(8, -(-longest // 2) * 2)
    share = np.mean([b["input_mask"].mean() for b in by_length])
    assert share > 0.8 > np.mean([b["input_mask"].mean() for b in plain])


def test_gzip_is_read(tmp_path):
    write(tmp_path / "a", [([5, 6], 1)], gzip=True)
    (batch,) = batches(str(tmp_path / "a"), 1, batch_size=1)
    assert batch["input_word_ids"].tolist() == [[5, 6, 0, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    "arguments,message",
    [
        (dict(start_step=-1), "start_step=-1"),
        (dict(batch_size=0), "batch_size=0"),
        (dict(input_context=context(1, 0, 5)), "batch_size=12, replicas=5"),
        (dict(input_context=context(3, 0, 4)), "replicas=4, pipelines=3"),
    ],
)
def test_unfit_arguments_are_named(files, arguments, message):
    with pytest.raises(ValueError, match=message):
        batches(files, **arguments)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="no-such"):
        batches(str(tmp_path / "no-such*"))


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="file='.*empty'"):
        batches(str(tmp_path / "empty"))


def test_a_packed_file_without_records_is_named(tmp_path):
    write(tmp_path / "a", [], gzip=True)
    message = f"file={tmp_path}/a, record=0"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        batches(str(tmp_path / "a"), 1)


def damage(path, how):
    content = bytearray(path.read_bytes())
    if how == "flipped":
        content[len(content) // 2] ^= 1
    else:
        del content[-3:]
    path.write_bytes(content)


@pytest.mark.parametrize("how,record", [("flipped", 10), ("truncated", 20)])
def test_a_damaged_record_is_named(tmp_path, how, record):
    path = tmp_path / "a.tfrecord"
    write(path, [([7] * 4, 1)] * 21)
    damage(path, how)
    message = f"file={path}, record={record}"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        batches(str(path))


@pytest.mark.parametrize("how", ["flipped", "truncated"])
def test_a_packed_file_that_is_damaged_is_named(tmp_path, how):
    path = tmp_path / "a.tfrecord"
    words = np.random.default_rng(0).integers(0, 2**15, [600, 8])
    write(path, [(row.tolist(), 1) for row in words], gzip=True)
    damage(path, how)
    message = f"file={path}, record=(\\d+)"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message) as error:
        batches(str(path), 60)
    record = int(re.search(message, error.value.message)[1])
    # What is damaged in the middle is unpacked in one piece.
    assert record < 400 if how == "flipped" else record > 590


def test_packed_files_may_be_put_together(tmp_path):
    for name, label in (("a", 1), ("b", 2)):
        write(tmp_path / name, [([5], label)] * 3, gzip=True)
    packed = [(tmp_path / name).read_bytes() for name in "ab"]
    (tmp_path / "ab").write_bytes(b"".join(packed))
    (batch,) = batches(str(tmp_path / "ab"), 1, batch_size=6)
    assert sorted(batch["label_ids"]) == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(
    "words,message",
    [([], "`input_ids`.*values=0"), ([1] * 9, "at most 8.*values=9")],
)
def test_an_unfit_record_is_named(tmp_path, words, message):
    path = tmp_path / "a.tfrecord"
    write(path, [([7], 1), ([7], 2), (words, 3)])
    message += f".*file={path}, record=2"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        batches(str(path), batch_size=3)


def tagged(**changes):
    """Gives arrays of 3 records of `features.TAGGING`, with another third."""
    arrays = {
        "input_word_ids": [[1, 2]] * 3,
        "input_mask": [[1, 1]] * 3,
        "input_type_ids": [[0, 0]] * 3,
        "label_ids": [[-1, 3]] * 3,
    }
    for name, row in changes.items():
        arrays[name] = [*arrays[name][:2], row]
    return {name: np.array(rows) for name, rows in arrays.items()}


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"input_word_ids": [1, 9]}, "`input_ids`.* below vocab_size=9.*=9"),
        ({"input_word_ids": [-1, 1]}, "`input_ids`.* 0 or more.*value=-1"),
        ({"input_word_ids": [2**32 + 1, 1]}, "`input_ids`.*value=4294967297"),
        ({"input_mask": [1, 2]}, "`input_mask`.* below 2.*value=2"),
        ({"input_type_ids": [0, -2]}, "`segment_ids`.*value=-2"),
        (
            {"input_type_ids": [0, 2]},
            "`segment_ids`.* below num_segments=2.*=2",
        ),
        ({"label_ids": [4, 0]}, "`label_ids`.* below num_classes=4.*value=4"),
        ({"label_ids": [0, -2]}, "`label_ids`.* -1 or more.*value=-2"),
    ],
)
@pytest.mark.parametrize("read", ["training", "evaluation", "first"])
def test_an_id_out_of_its_range_is_named(tmp_path, changes, said, read):
    path = tmp_path / "a.tfrecord"
    kind = data.features.TAGGING
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in data.encode_examples(kind, tagged(**changes)):
            writer.write(record)
    limits = {
        "sequence_length": 4,
        "vocab_size": 9,
        "num_segments": 2,
        "num_classes": 4,
    }
    message = f"(?s){said}, file={path}, record=2"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        if read == "training":
            next(iter(data.training_batches(str(path), kind, 3, **limits)))
        elif read == "evaluation":
            list(data.evaluation_batches(str(path), kind, 2, **limits))
        else:
            data.first_batch(str(path), kind, **limits)


def test_a_record_far_from_the_start_is_checked(tmp_path):
    """The first 1,024 records are not the only ones."""
    path = tmp_path / "a.tfrecord"
    write(path, [([7], 1)] * 2000 + [([30], 1)])
    read = functools.partial(
        data.evaluation_batches, str(path), FEATURES, 256, sequence_length=8
    )
    assert len(list(read(vocab_size=31))) == 8
    with pytest.raises(tf.errors.InvalidArgumentError, match="record=2000"):
        list(read(vocab_size=30))


def test_positions_lie_in_the_sequence(tmp_path):
    path = tmp_path / "a.tfrecord"
    arrays = {
        "input_word_ids": [[1, 2]],
        "input_mask": [[1, 1]],
        "input_type_ids": [[0, 0]],
        "unique_ids": [-1],
        "start_positions": [1],
        "end_positions": [4],
    }
    arrays = {name: np.array(rows) for name, rows in arrays.items()}
    kind = data.features.SPAN_LABELING
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in data.encode_examples(kind, arrays):
            writer.write(record)
    batch = data.first_batch(str(path), kind, sequence_length=5)
    assert batch["unique_ids"].numpy().tolist() == [-1]
    with pytest.raises(tf.errors.InvalidArgumentError, match="end_positions"):
        data.first_batch(str(path), kind, sequence_length=4)


# An example without features is empty, so it is among these.
JUNK = [
    b"",
    b"junk",
    b"\x0a\x7f",
    b"\xff" * 9,
    b"\x0a\x02\x0a\x00\x12\x00",
]
GOOD = tf.train.Example(
    features=tf.train.Features(
        feature={
            name: tf.train.Feature(int64_list=tf.train.Int64List(value=[5]))
            for name in ("input_ids", "label_ids")
        }
    )
).SerializeToString()


@pytest.mark.parametrize("junk", JUNK)
def test_a_record_of_something_else_is_named(junk):
    records = tf.constant([GOOD, GOOD, junk, GOOD])
    origins = tf.constant(["zero", "one", "two", "three"])
    with pytest.raises(tf.errors.InvalidArgumentError, match="two"):
        parse_examples(records, FEATURES, origins)


@pytest.mark.parametrize("packed", [False, True])
def test_the_file_of_something_else_is_named(tmp_path, packed):
    path = tmp_path / "a.tfrecord"
    with tf.io.TFRecordWriter(str(path), "GZIP" if packed else "") as writer:
        for record in (GOOD, GOOD, *JUNK, GOOD):
            writer.write(record)
    # All are read: only parsing fails.
    (rows,) = read_records([path], 8)
    assert rows["record"].numpy().tolist() == [GOOD, GOOD, *JUNK, GOOD]
    message = f"file={path}, record=2"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        batches(str(path), 1, batch_size=8)


def test_labels_of_padding_are_no_class(tmp_path):
    path = str(tmp_path / "tags.tfrecord")
    arrays = {
        "input_word_ids": [[5, 6]],
        "input_mask": [[1, 1]],
        "input_type_ids": [[0, 0]],
        "label_ids": [[-1, 3]],
    }
    arrays = {name: np.array(x, "int32") for name, x in arrays.items()}
    with tf.io.TFRecordWriter(path) as writer:
        for record in data.encode_examples(data.features.TAGGING, arrays):
            writer.write(record)
    (batch,) = data.training_batches(
        path, data.features.TAGGING, 1, sequence_length=4
    ).take(1)
    assert batch["label_ids"].numpy().tolist() == [[-1, 3, -1, -1]]
    assert batch["input_word_ids"].numpy().tolist() == [[5, 6, 0, 0]]
