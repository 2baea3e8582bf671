"""BytePairTokenizer gives the ids of `tokenizers`, and packs as RoBERTa."""

import json

import keras
import numpy as np
import pytest

from nlp_modeling import text
from tests.text import byte_pairs

tf = pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def tokenizer():
    return byte_pairs.tokenizer()


def rows(found):
    return [row.tolist() for row in found]


def test_ids_are_those_of_the_library(tokenizer):
    theirs = byte_pairs.trained()
    theirs.encode_special_tokens = True
    wanted = theirs.encode_batch(byte_pairs.TEXTS, add_special_tokens=False)
    found = tokenizer.encode(byte_pairs.TEXTS)
    assert rows(found) == [each.ids for each in wanted]
    assert rows(tokenizer(byte_pairs.TEXTS)) == rows(found)
    assert tokenizer(byte_pairs.TEXTS[0]).tolist() == found[0].tolist()
    encoded = [x.encode() for x in byte_pairs.TEXTS]
    assert rows(tokenizer(tf.constant(encoded))) == rows(found)
    assert tokenizer.detokenize(found[:3]) == byte_pairs.TEXTS[:3]


def test_a_special_token_is_text_unless_it_is_kept(tokenizer):
    (ids,) = tokenizer.encode(["a <mask> day</s>"])
    assert tokenizer.mask_id not in ids
    assert tokenizer.sep_id not in ids
    kept = byte_pairs.tokenizer(keep_special_tokens=True)
    (ids,) = kept.encode(["a <mask> day</s>"])
    pieces = [kept.id_to_token(id) for id in ids]
    assert pieces == ["a", "<mask>", "Ġday", "</s>"]


def test_special_tokens_are_found_in_the_file(tokenizer):
    ids = [tokenizer.cls_id, tokenizer.pad_id, tokenizer.sep_id]
    assert ids == [0, 1, 2]
    assert tokenizer.mask_id == 4
    assert tokenizer.num_separators == 2
    assert tokenizer.vocab_size == 300
    for token in ("<pad>", "Ġfilm"):
        assert tokenizer.id_to_token(tokenizer.token_to_id(token)) == token
    assert not tokenizer.continues_word[tokenizer.token_to_id("Ġfilm")]
    assert tokenizer.continues_word[tokenizer.token_to_id("m")]
    for id in (-1, 300):
        with pytest.raises(ValueError, match=f"{id=}"):
            tokenizer.id_to_token(id)
    with pytest.raises(ValueError, match="token='none'"):
        tokenizer.token_to_id("none")


def test_offsets_count_characters_of_the_text(tokenizer):
    texts = [x for x in byte_pairs.TEXTS if "\n" not in x]
    ids, starts, ends = tokenizer.tokenize_with_offsets(texts)
    assert rows(tokenizer.encode(texts)) == ids.to_list()
    for string, *row in zip(
        texts, ids.to_list(), starts.to_list(), ends.to_list(), strict=True
    ):
        for id, start, end in zip(*row, strict=True):
            piece = tokenizer.detokenize([[id]])[0].strip()
            assert "�" in piece or string[start:end] == piece
    with pytest.raises(ValueError, match="unit='bytes'"):
        tokenizer.tokenize_with_offsets(texts, "bytes")


@pytest.mark.parametrize("truncation", ["longest_first", "per_segment"])
@pytest.mark.parametrize("length", [6, 9, 80])
def test_a_pair_has_two_separators_and_no_segments(
    tokenizer, truncation, length
):
    preprocessor = text.BertPreprocessor(tokenizer, length, truncation)
    pairs = (byte_pairs.TEXTS, byte_pairs.TEXTS[::-1])
    found = preprocessor(pairs)
    ids, mask = found["input_word_ids"], found["input_mask"]
    assert ids.shape == (5, length)
    assert not found["input_type_ids"].any()
    for row, kept in zip(ids, mask, strict=True):
        assert row[0] == 0
        assert (row == 2).sum() == 3
        (first, second, third) = np.flatnonzero(row == 2)
        assert second == first + 1
        assert third == kept.sum() - 1
        assert (row[third + 1 :] == 1).all()
    if length == 80:
        theirs = byte_pairs.trained()
        theirs.encode_special_tokens = True
        wanted = theirs.encode_batch(list(zip(*pairs, strict=True)))
        assert [row[row != 1].tolist() for row in ids] == [
            x.ids for x in wanted
        ]
    segments = [tf.ragged.constant(rows(map(tokenizer, x))) for x in pairs]
    in_graph = text.SegmentPacker(length, tokenizer, truncation)(segments)
    for name, values in found.items():
        np.testing.assert_array_equal(np.asarray(in_graph[name]), values)


def test_a_text_has_one_separator(tokenizer):
    preprocessor = text.BertPreprocessor(tokenizer, 12)
    found = preprocessor("A good film")["input_word_ids"]
    ids = tokenizer("A good film").tolist()
    assert found.tolist() == [0, *ids, 2] + [1] * (10 - len(ids))
    with pytest.raises(ValueError, match="at least 6"):
        text.BertPreprocessor(tokenizer, 5)


def test_the_file_says_what_is_between_a_pair():
    """As that of ModernBERT does."""
    tokenizers = pytest.importorskip("tokenizers")
    theirs = byte_pairs.trained()
    theirs.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    found = text.BytePairTokenizer(theirs.to_str())
    assert found.num_separators == 1
    features = text.BertPreprocessor(found, 30)(("A good film", "the days"))
    ids = features["input_word_ids"]
    wanted = theirs.encode("A good film", "the days").ids
    assert ids[ids != 1].tolist() == wanted
    assert not features["input_type_ids"].any()


def test_a_graph_is_refused(tokenizer):
    dataset = tf.data.Dataset.from_tensor_slices(byte_pairs.TEXTS)
    with pytest.raises(ValueError, match=r"outside of\s+`dataset.map`"):
        dataset.map(tokenizer)


def test_masks_are_drawn(tokenizer):
    preprocessor = text.MaskedLMPreprocessor(
        tokenizer, 16, rate=0.4, whole_words=True, seed=[1, 2]
    )
    features, words, weights = preprocessor(byte_pairs.TEXTS[:3])
    assert np.asarray(weights["masked_lm"]).sum() > 3
    ids = np.asarray(features["input_word_ids"])
    assert (ids == tokenizer.mask_id).any()
    assert not np.isin(np.asarray(words["masked_lm"]), [2, 4]).any()


def same(found, tokenizer):
    assert rows(found.encode(byte_pairs.TEXTS)) == rows(
        tokenizer.encode(byte_pairs.TEXTS)
    )
    return found.pad_id == tokenizer.pad_id


def test_a_preset_and_a_config_give_it_back(tokenizer, tmp_path):
    kept = byte_pairs.tokenizer(keep_special_tokens=True)
    for given in (tokenizer, kept):
        preprocessor = text.BertPreprocessor(given, 20)
        preprocessor.save_to_preset(tmp_path)
        found = text.BertPreprocessor.from_preset(tmp_path)
        assert same(found.tokenizer, given)
        assert found.sequence_length == 20
        config = keras.saving.serialize_keras_object(preprocessor)
        found = keras.saving.deserialize_keras_object(config)
        assert same(found.tokenizer, given)
        assert same(text.read_tokenizer(tmp_path), given)


def test_the_files_of_roberta_are_read(tokenizer, tmp_path):
    byte_pairs.write_vocabulary(tmp_path)
    assert text.holds_byte_pairs(tmp_path)
    assert same(text.read_tokenizer(tmp_path), tokenizer)
    config = {
        "add_prefix_space": True,
        "mask_token": {"content": "<unk>", "lstrip": True},
        "pad_token": "<s>",
    }
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps(config))
    spaced = byte_pairs.tokenizer().encode([" A good film"])[0]
    for _ in range(2):
        found = text.read_tokenizer(tmp_path)
        assert found("A good film").tolist() == spaced.tolist()
        assert (found.pad_id, found.mask_id) == (0, 3)
        # The same of one whole file.
        (tmp_path / "tokenizer.json").write_text(tokenizer.tokenizer_json)
        (tmp_path / "vocab.json").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vocab.json", "{", "vocab.json"),
        ("vocab.json", '{"<s>": 0}', "missing="),
        ("merges.txt", "Ġ a b\n", "merges.txt"),
        ("merges.txt", "nothing known\n", "merges.txt"),
        ("tokenizer.json", '{"model": {"type": "BPE"}}', "tokenizer.json"),
        ("tokenizer_config.json", '{"pad_token": "[P]"}', r"token='\[P\]'"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, content, said):
    byte_pairs.write_vocabulary(tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=said):
        text.read_tokenizer(tmp_path)


def test_a_tokenizer_of_another_kind_is_refused():
    changed = json.loads(byte_pairs.trained().to_str())
    changed["post_processor"] = None
    with pytest.raises(ValueError, match="special tokens around"):
        text.BytePairTokenizer(json.dumps(changed))
    changed["model"] = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": ""}
    with pytest.raises(ValueError, match="WordLevel"):
        text.BytePairTokenizer(json.dumps(changed))
    with pytest.raises(ValueError, match="must exist"):
        text.BytePairTokenizer("absent.json")
