"""Pretrains a tiny network in processes that may be killed."""

import json
import pathlib
import time

import numpy as np
import tensorflow as tf

from nlp_modeling import data, text
from tests.official_runs.program.program_process import ProgramProcess, finish

_WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_NETWORK = """
TransformerEncoder.hidden_size = 16
TransformerEncoder.num_layers = 1
TransformerEncoder.num_attention_heads = 2
TransformerEncoder.intermediate_size = 32
TransformerEncoder.sequence_length = None
TransformerEncoder.max_sequence_length = 32
TransformerEncoder.type_vocab_size = 2
"""


class TinyPretraining:
    """Records without masks, of random words, and runs on them.

    Masks are drawn anew when records are read, and dropout is on, so that every
    step depends on all that is random.

    Args:
        folder: Where the records are made.
        packed: Whether sequences share rows.
        **flags: Of every run.

    Attributes:
        flags: All flags of every run.
    """

    def __init__(self, folder: pathlib.Path, packed=False, **flags):
        rng = np.random.default_rng(0)
        corpus, vocabulary = folder / "text.txt", folder / "vocab.txt"
        corpus.write_text(
            "\n\n".join(
                "\n".join(" ".join(rng.choice(_WORDS, 8)) for _ in range(10))
                for _ in range(30)
            )
        )
        vocabulary.write_text("\n".join(_SPECIAL + _WORDS) + "\n")
        (folder / "network.gin").write_text(_NETWORK)
        records = folder / "pretraining.tfrecord"
        make = data.PretrainingExamples(
            text.BertTokenizer(str(vocabulary)),
            sequence_length=32,
            packed=packed,
        )
        data.write_pretraining_data([str(corpus)], [str(records)], make)
        self.flags = {
            "gin_file": folder / "network.gin",
            "input_files": records,
            "eval_files": records,
            "vocab_file": vocabulary,
            "max_seq_length": 32,
            "max_predictions_per_seq": 5,
            "train_batch_size": 4,
            "eval_batch_size": 64,
            "warmup_steps": 10,
            **flags,
        }

    def start(self, model_dir, **flags) -> ProgramProcess:
        """Starts a run, or goes on with it."""
        flags = self.flags | {"model_dir": model_dir} | flags
        return ProgramProcess("run_pretraining", flags)

    def run(self, model_dir, **flags) -> None:
        """Runs to the end."""
        finish(self.start(model_dir, **flags))


def logged(model_dir):
    """What a run logged, a dict a line, but for the speed."""
    path = model_dir / "metrics.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [
        {k: v for k, v in json.loads(line).items() if "per_second" not in k}
        for line in lines
        if line.endswith("}")
    ]


def wait_for_lines(process, model_dir, more):
    """Waits until a run has logged so many lines more."""
    wanted = len(logged(model_dir)) + more
    while len(logged(model_dir)) < wanted:
        assert not process.is_over, process.said
        time.sleep(0.005)


def saved_step(model_dir):
    """The step of the newest checkpoint, 0 without one."""
    path = tf.train.latest_checkpoint(model_dir / "checkpoints")
    return int(path.rpartition("-")[2]) if path else 0


def state(model_dir):
    """Weights, the optimizer's state and the step of the newest checkpoint."""
    reader = tf.train.load_checkpoint(
        tf.train.latest_checkpoint(model_dir / "checkpoints")
    )
    return {
        name: reader.get_tensor(name)
        for name in reader.get_variable_to_shape_map()
        if name.startswith(("model/", "optimizer/", "step/"))
    }
