"""Tasks that tag words: their files and tags."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class TaggingTask:
    """Where a task's tagged sentences stand, and which tags they have.

    Args:
        tags: In the order of their labels. Empty for those of the train file.
        train_file: File name inside the task's folder, read by `read_conll`.
            `.gz` may follow it.
        eval_file: The same for the sentences that measure a training.
        test_file: The same for the sentences whose tags are kept back.
    """

    tags: tuple[str, ...] = ()
    train_file: str = "train.conll"
    eval_file: str = "dev.conll"
    test_file: str = "test.conll"


def _spans(*kinds):
    """Gives tags for where spans begin, where they go on, and for no span."""
    return ("O", *(f"{place}-{kind}" for kind in kinds for place in "BI"))


TAGGING_TASKS = {
    # https://aclanthology.org/W03-0419
    "conll2003": TaggingTask(
        _spans("PER", "LOC", "ORG", "MISC"),
        "eng.train",
        "eng.testa",
        "eng.testb",
    ),
    # XTREME's folders of English: https://arxiv.org/abs/2003.11080
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
