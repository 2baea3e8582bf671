"""Tasks that a tiny network learns in seconds, as files."""

import json
import pathlib
import random

WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "what", "?"]
# Words of the first half make a text's label 0, those of the second 1.
_HALF = len(WORDS) // 2
_NETWORK = """
TransformerEncoder.hidden_size = 16
TransformerEncoder.num_layers = 1
TransformerEncoder.num_attention_heads = 2
TransformerEncoder.intermediate_size = 32
TransformerEncoder.max_sequence_length = 64
"""


def write_common(folder: pathlib.Path) -> dict:
    """Writes a vocabulary and a network; gives flags for quick learning."""
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    (folder / "network.gin").write_text(_NETWORK)
    return {
        "gin_file": folder / "network.gin",
        "vocab_file": folder / "vocab.txt",
        "max_seq_length": 24,
        "train_batch_size": 8,
        "learning_rate": 0.01,
        "num_train_epochs": 4,
        "steps_per_loop": 10,
    }


def write_texts(folder: pathlib.Path, num_train: int = 160) -> None:
    """SST-2's files: a text's label is the half its words are of."""
    draw = random.Random(0)
    for split, count in (("train", num_train), ("dev", 40), ("test", 10)):
        rows = []
        for index in range(count):
            label = draw.randrange(2)
            half = WORDS[label * _HALF :][:_HALF]
            text = " ".join(draw.choices(half, k=draw.randint(2, 12)))
            row = (str(index), text) if split == "test" else (text, str(label))
            rows.append("\t".join(row))
        header = "index\tsentence" if split == "test" else "sentence\tlabel"
        path = folder / f"{split}.tsv"
        path.write_text("\n".join([header, *rows]) + "\n")


def write_scored_pairs(folder: pathlib.Path) -> None:
    """STS-B's files: 2.5 for each of the two texts of the second half."""
    draw = random.Random(0)
    for split, count in (("train", 400), ("dev", 40)):
        rows = ["sentence1\tsentence2\tscore"]
        for _ in range(count):
            halves = draw.randrange(2), draw.randrange(2)
            texts = [
                " ".join(draw.choices(WORDS[h * _HALF :][:_HALF], k=3))
                for h in halves
            ]
            rows.append("\t".join([*texts, str(2.5 * sum(halves))]))
        (folder / f"{split}.tsv").write_text("\n".join(rows) + "\n")


def write_tags(folder: pathlib.Path) -> None:
    """CoNLL's columns: words of the second half are names, two at a time."""
    draw = random.Random(0)
    for split, count in (("train", 400), ("dev", 30), ("test", 10)):
        lines = []
        for _ in range(count):
            for _ in range(draw.randint(1, 5)):
                if draw.random() < 0.4:
                    first, second = draw.choices(WORDS[_HALF:], k=2)
                    lines += [f"{first}\tB-x", f"{second}\tI-x"]
                lines.append(f"{draw.choice(WORDS[:_HALF])}\tO")
            lines.append("")
        (folder / f"{split}.conll").write_text("\n".join(lines) + "\n")


def write_questions(folder: pathlib.Path, version: str = "1.1") -> None:
    """SQuAD's files: the answer is the only word of the second half.

    In SQuAD 2.0 half of the contexts have none.
    """
    draw = random.Random(0)
    for split, count in (("train", 160), ("dev", 30)):
        paragraphs = []
        for index in range(count):
            words = draw.choices(WORDS[:_HALF], k=draw.randint(3, 30))
            is_impossible = version == "2.0" and index % 2 == 0
            answers = []
            if not is_impossible:
                place = draw.randrange(len(words))
                words[place] = draw.choice(WORDS[_HALF:])
                start = sum(len(word) + 1 for word in words[:place])
                answers = [{"text": words[place], "answer_start": start}]
            question = {
                "id": f"{split}-{index}",
                "question": "what ?",
                "answers": answers,
            }
            if version == "2.0":
                question["is_impossible"] = is_impossible
            paragraphs.append({"context": " ".join(words), "qas": [question]})
        root = {"data": [{"title": "t", "paragraphs": paragraphs}]}
        path = folder / f"{split}-v{version}.json"
        path.write_text(json.dumps(root))
