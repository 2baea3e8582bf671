"""TaskFiles finds files and meta data, and names what is wrong with them."""

import pytest

from official_runs.finetuning.files import TaskFiles


@pytest.mark.parametrize(
    "content, said",
    [
        ("[]", "got `array`"),
        ('{"num_labels": "2"}', r"\$\.num_labels"),
        ('{"label_list": "a"}', r"\$\.label_list"),
        ('{"label_list": [null]}', r"\$\.label_list"),
        ('{"metrics": 1}', r"\$\.metrics"),
        ("{", "whole"),
        ("", "whole"),
        ("[" * 200_000, "nested"),
    ],
)
def test_meta_data_of_another_form_is_named(tmp_path, content, said):
    path = tmp_path / "meta_data"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"{path}.*{said}|{said}.*{path}"):
        TaskFiles(input_meta_data_path=str(path)).meta_data()


@pytest.mark.parametrize("path", ["missing", "."])
def test_meta_data_that_is_no_file_is_named(tmp_path, path):
    path = str(tmp_path / path)
    with pytest.raises(ValueError, match=f"file must exist.*{path}"):
        TaskFiles(input_meta_data_path=path).meta_data()


def test_the_first_file_of_a_split_is_found(tmp_path):
    (tmp_path / "dev.tsv.gz").write_bytes(b"")
    files = TaskFiles(input_data_dir=str(tmp_path))
    assert files.file("eval", "dev.tsv") == str(tmp_path / "dev.tsv.gz")
    assert files.file("train", "train.tsv") is None
    with pytest.raises(ValueError, match="--train_file.*file=train.tsv"):
        files.require("train", "train.tsv")
