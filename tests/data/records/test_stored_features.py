"""stored_features and count_records read files, or name what is wrong."""

import pytest
import tensorflow as tf

from nlp_modeling import data


def write(path, records, packed=False):
    with tf.io.TFRecordWriter(str(path), "GZIP" if packed else "") as writer:
        for record in records:
            writer.write(record)


@pytest.mark.parametrize("record", [b"junk", b"\x0a\x7f", b"\xff" * 9])
def test_a_first_record_that_is_no_example_is_named(tmp_path, record):
    write(tmp_path / "a", [record])
    with pytest.raises(ValueError, match=f"Example.*{tmp_path}/a, record=0"):
        data.stored_features([str(tmp_path / "a")])


@pytest.mark.parametrize("packed", [False, True])
def test_records_are_counted(tmp_path, packed):
    files = [str(tmp_path / name) for name in "ab"]
    write(files[0], [b"x"] * 300, packed)
    write(files[1], [b"x"] * 7, packed)
    assert data.count_records(files) == 307
    with open(files[1], "r+b") as file:
        file.truncate(30)
    with pytest.raises(tf.errors.InvalidArgumentError, match=files[1]):
        data.count_records(files)
    with pytest.raises(ValueError, match="must exist.*c"):
        data.count_records([str(tmp_path / "c")])
