"""text_bytes tells the size of the text, packed or not."""

import gzip

from nlp_modeling import data


def test_size_is_that_of_the_text(tmp_path):
    content = b"some line\n" * 1000
    (tmp_path / "a.txt").write_bytes(content)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(content))
    assert data.text_bytes(data.find_files(f"{tmp_path}/*")) == 20_000
