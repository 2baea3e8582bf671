"""Names the rows of the tables of tasks, for flags.

The tables, `data.TEXT_TASKS` and `data.TAGGING_TASKS`, load TensorFlow, which
takes seconds that a wrong flag should not cost. A test compares them.
"""

TEXT_TASKS = (
    "COLA",
    "SST-2",
    "MRPC",
    "STS-B",
    "QQP",
    "MNLI",
    "MNLI-MISMATCHED",
    "QNLI",
    "RTE",
    "WNLI",
    "AX",
    "LIBRARY-DOCS",
)
TAGGING_TASKS = ("conll2003", "panx", "udpos", "wnut17")
