"""Lists the tasks that tag words: their files and tags."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class TaggingTask:
    """Describes a task that tags words: its files and tags.

    Args:
        tags: The tags in the order of their labels. Empty for the tags of the
            train file.
        train_file: The name of the file with training sentences, in the folder
            of the task; see `read_conll`. `.gz` may follow.
        eval_file: The name of the file with evaluation sentences.
        test_file: The name of the file with test sentences, whose tags are not
            published.
    """

    tags: tuple[str, ...] = ()
    train_file: str = "train.conll"
    eval_file: str = "dev.conll"
    test_file: str = "test.conll"


def _spans(*kinds):
    """Lists the tags O, and B and I of each kind."""
    return ("O", *(f"{place}-{kind}" for kind in kinds for place in "BI"))


TAGGING_TASKS = {
    # https://aclanthology.org/W03-0419
    "conll2003": TaggingTask(
        _spans("PER", "LOC", "ORG", "MISC"),
        "eng.train",
        "eng.testa",
        "eng.testb",
    ),
    # The English folders of XTREME: https://arxiv.org/abs/2003.11080
    "panx": TaggingTask(
        _spans("PER", "LOC", "ORG"),
        "train-en.tsv",
        "dev-en.tsv",
        "test-en.tsv",
    ),
    "udpos": TaggingTask(
        (
            *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN"),
            *("NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM"),
            *("VERB", "X"),
        ),
        "train-en.tsv",
        "dev-en.tsv",
        "test-en.tsv",
    ),
    # https://aclanthology.org/W17-4418
    "wnut17": TaggingTask(
        _spans(
            "corporation",
            "creative-work",
            "group",
            "location",
            "person",
            "product",
        )
    ),
}
