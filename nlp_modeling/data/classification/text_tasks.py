"""Lists the tasks over texts: GLUE, and the built-in task.

Files and columns of GLUE are those of the benchmark's archives.

Reference:
    GLUE: A Multi-Task Benchmark: https://arxiv.org/abs/1804.07461
"""

from nlp_modeling.data.built_in.library_docs import LIBRARIES
from nlp_modeling.data.classification.text_task import TextTask

_PAIR = ("sentence1", "sentence2")
_BINARY = ("0", "1")
_NLI = ("contradiction", "entailment", "neutral")
_ENTAILMENT = ("entailment", "not_entailment")

# Labels have the order of Model Garden, because its records hold their ids.
TEXT_TASKS = {
    "COLA": TextTask(
        ("sentence",),
        labels=_BINARY,
        metrics=("matthews_correlation",),
        header=("source", "label", "mark", "sentence"),
    ),
    "SST-2": TextTask(("sentence",), labels=_BINARY),
    "MRPC": TextTask(
        ("#1 String", "#2 String"),
        label_column="Quality",
        labels=_BINARY,
        metrics=("f1", "accuracy"),
    ),
    "STS-B": TextTask(
        _PAIR,
        label_column="score",
        metrics=("pearson", "spearman"),
    ),
    "QQP": TextTask(
        ("question1", "question2"),
        label_column="is_duplicate",
        labels=_BINARY,
        metrics=("f1", "accuracy"),
        # Some questions hold line breaks, which cut their rows in two.
        skips_broken_rows=True,
    ),
    "MNLI": TextTask(
        _PAIR,
        label_column="gold_label",
        labels=_NLI,
        eval_file="dev_matched.tsv",
        test_file="test_matched.tsv",
    ),
    "MNLI-MISMATCHED": TextTask(
        _PAIR,
        label_column="gold_label",
        labels=_NLI,
        eval_file="dev_mismatched.tsv",
        test_file="test_mismatched.tsv",
    ),
    "QNLI": TextTask(("question", "sentence"), labels=_ENTAILMENT),
    "RTE": TextTask(_PAIR, labels=_ENTAILMENT),
    "WNLI": TextTask(_PAIR, labels=_BINARY),
    # A model that was trained on MNLI predicts this task.
    "AX": TextTask(
        _PAIR,
        labels=_NLI,
        metrics=("matthews_correlation",),
        train_file=None,
        eval_file=None,
        test_file="diagnostic.tsv",
    ),
    # Which library does a docstring document? See `library_docs_labels`.
    "LIBRARY-DOCS": TextTask(
        ("text",),
        label_column="library",
        labels=LIBRARIES,
        train_file="train.jsonl",
        eval_file="dev.jsonl",
        test_file=None,
    ),
}
