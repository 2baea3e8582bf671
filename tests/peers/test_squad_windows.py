"""squad_windows cuts as Model Garden does, and marks answers more tightly.

Runs where tf-models-official is installed (extra `garden`).
"""

import collections
import gzip
import json

import pytest

from nlp_modeling import data, text

squad_lib = pytest.importorskip("official.nlp.data.squad_lib")
tokenization = pytest.importorskip("official.nlp.tools.tokenization")

# Of about 40 articles; keeps the peer under half a minute.
NUM_ARTICLES = 10
SIZES = {"max_seq_length": 256, "doc_stride": 64, "max_query_length": 32}


def vocabulary(contexts):
    """Common words, and the characters of all others."""
    words = collections.Counter(" ".join(contexts).lower().split())
    common = [word for word, count in words.items() if count > 2]
    letters = sorted({c for word in words for c in word})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [f"##{c}" for c in letters]
    return list(dict.fromkeys([*special, *letters, *pieces, *sorted(common)]))


@pytest.fixture(scope="module", params=["dev-v1.1", "dev-v2.0"])
def pairs(request, data_folder, tmp_path_factory):
    """Each window of Model Garden's beside ours."""
    folder = tmp_path_factory.mktemp(request.param)
    with gzip.open(data_folder / "squad" / f"{request.param}.json.gz") as file:
        root = json.load(file)
    root["data"] = root["data"][:NUM_ARTICLES]
    # Model Garden takes files with one answer for each question.
    for article in root["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                qa["answers"] = qa["answers"][:1]
    squad_file, vocab_file = folder / "squad.json", folder / "vocab.txt"
    squad_file.write_text(json.dumps(root))
    version_2 = request.param == "dev-v2.0"
    ours = list(data.read_squad(str(squad_file), version_2))
    entries = vocabulary({question.context for question in ours})
    vocab_file.write_text("\n".join(entries) + "\n")

    theirs = []
    examples = squad_lib.read_squad_examples(str(squad_file), True, version_2)
    squad_lib.convert_examples_to_features(
        examples,
        tokenization.FullTokenizer(str(vocab_file), do_lower_case=True),
        is_training=True,
        output_fn=theirs.append,
        **SIZES,
    )
    ours = list(
        data.squad_windows(
            ours,
            text.BertTokenizer(str(vocab_file)),
            SIZES["max_seq_length"],
            SIZES["doc_stride"],
            SIZES["max_query_length"],
        )
    )
    assert len(theirs) > 1000
    return list(zip(theirs, ours, strict=True))


def test_windows_ids_and_best_contexts_are_equal(pairs):
    for theirs, ours in pairs:
        assert theirs.unique_id == ours.unique_id
        cls, sep = (
            theirs.input_ids[0],
            theirs.input_ids[ours.context_position - 1],
        )
        packed = [cls, *ours.question_ids, sep, *ours.context_ids, sep]
        assert theirs.input_ids[: sum(theirs.input_mask)] == packed
        assert list(ours.has_most_context) == [
            theirs.token_is_max_context[ours.context_position + i]
            for i in range(len(ours.context_ids))
        ]


def test_answers_differ_only_where_ours_are_tighter(pairs):
    """Where the answer is no span of whole pieces ("Japan" in "Japanese)"),
    Model Garden marks all that stands between spaces, and ours the pieces
    that the answer touches."""
    differing = 0
    for theirs, ours in pairs:
        span = ours.start_position, ours.end_position
        their_span = theirs.start_position, theirs.end_position
        if span == their_span:
            continue
        differing += 1
        assert their_span[0] <= span[0] <= span[1] <= their_span[1]
        assert ours.question.answers[0].text in ours.span_text(*span)
    assert differing < 0.005 * len(pairs)
