"""Measures guesses of masked words that need no network."""

from collections.abc import Iterator

import numpy as np

from nlp_modeling import data, text

# Shapes: M masked words, V vocabulary, T tokens.

_LONGEST = 512  # tokens of a row


def most_frequent(
    files: list[str], tokenizer: text.BertTokenizer
) -> tuple[str, float]:
    """Finds the token that is masked most often, and its share.

    Args:
        files: Records of pretraining without masks.
        tokenizer: Their tokenizer.
    """
    counts = np.zeros(tokenizer.vocab_size)
    for words, _ in masked_words(files, tokenizer):
        counts += np.bincount(words, minlength=len(counts))
    best = counts.argmax()
    return tokenizer.vocabulary[best], counts[best] / counts.sum()


def bigram_accuracy(
    train_files: list[str], files: list[str], tokenizer: text.BertTokenizer
) -> float:
    """Measures the guess of the word that most often follows the one before.

    After a word that is masked itself, or that never occurred, it is the most
    frequent word of all.

    Args:
        train_files: Records of pretraining without masks, to count in.
        files: The records to measure on.
        tokenizer: Their tokenizer.
    """
    size = tokenizer.vocab_size
    pairs, counts = {}, np.zeros(size, int)
    for batch in _batches(train_files, None):
        words = batch["input_word_ids"]
        follows = batch["input_mask"][:, 1:] > 0
        before, after = words[:, :-1][follows], words[:, 1:][follows]
        counts += np.bincount(after, minlength=size)
        keys, times = np.unique(
            before.astype(np.int64) * size + after, return_counts=True
        )
        for key, number in zip(keys.tolist(), times.tolist(), strict=True):
            pairs[key] = pairs.get(key, 0) + number
    counts[[tokenizer.cls_id, tokenizer.sep_id, tokenizer.pad_id]] = 0
    guesses = np.full(size, counts.argmax())
    keys = np.fromiter(pairs, np.int64, len(pairs))
    rarest_first = np.argsort(np.fromiter(pairs.values(), int, len(pairs)))
    before, after = np.divmod(keys[rarest_first], size)
    guesses[before] = after  # The last one written is the most frequent.
    guesses[tokenizer.mask_id] = counts.argmax()
    right = [
        guesses[before] == words
        for words, before in masked_words(files, tokenizer)
    ]
    return float(np.concatenate(right).mean())


def masked_words(
    files: list[str], tokenizer: text.BertTokenizer
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields masked words int [M], and the words before them as they are seen.

    The masks are those that an evaluation of `run_pretraining` draws.
    """
    for batch in _batches(files, text.MaskedLMMaskGenerator(tokenizer)):
        rows, places = np.nonzero(batch["masked_lm_weights"])
        positions = batch["masked_lm_positions"][rows, places]
        yield (
            batch["masked_lm_ids"][rows, places],
            batch["input_word_ids"][rows, positions - 1],
        )


def _batches(files, masking):
    return data.evaluation_batches(
        files,
        (data.features.INPUT_WORD_IDS, data.features.INPUT_TYPE_IDS),
        256,
        sequence_length=_LONGEST,
        length_multiple=1,
        masking=masking,
    ).as_numpy_iterator()
