"""Makes inputs with which every program ends well."""

import functools
import pathlib

from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram
from tests.official_runs.tiny_pretraining import TinyPretraining

_TRAINING = {
    "gin_file": "GOOD/network.gin",
    "vocab_file": "GOOD/vocab.txt",
    "max_seq_length": 24,
    "train_batch_size": 8,
    "num_train_steps": 4,
    "warmup_steps": 1,
    "steps_per_loop": 2,
    "model_dir": "BAD/run",
}
# Good flags of every program.
FLAGS = {
    "run_pretraining": {
        **_TRAINING,
        "input_files": "GOOD/pretraining.tfrecord",
        "max_seq_length": 32,
        "max_predictions_per_seq": 5,
    },
    "run_classifier": {
        **_TRAINING,
        "classification_task_name": "SST-2",
        "input_data_dir": "GOOD/task",
    },
    "run_squad": {
        **_TRAINING,
        "train_file": "GOOD/task/train-v1.1.json",
        "eval_file": "GOOD/task/dev-v1.1.json",
        "max_query_length": 4,
        "doc_stride": 8,
    },
    "run_tagging": {
        **_TRAINING,
        "train_file": "GOOD/task/train.conll",
        "eval_file": "GOOD/task/dev.conll",
    },
    "create_pretraining_data": {
        "input_file": "GOOD/text.txt",
        "vocab_file": "GOOD/vocab.txt",
        "output_dir": "BAD/out",
        "max_seq_length": 32,
        "max_predictions_per_seq": 5,
        "dupe_factor": 1,
        "num_workers": 1,
    },
    "create_finetuning_data": {
        "classification_task_name": "SST-2",
        "input_data_dir": "GOOD/task",
        "vocab_file": "GOOD/vocab.txt",
        "max_seq_length": 24,
        "train_data_output_path": "BAD/train.tfrecord",
        "meta_data_file_path": "BAD/meta.json",
    },
    "create_library_docs": {"output_dir": "BAD/docs"},
    "learn_vocabulary": {
        "input_files": "GOOD/text.txt",
        "vocab_size": 200,
        "output_file": "BAD/learned.txt",
    },
    "export_model": {
        "model_dir": "GOOD/classifier",
        "model_export_path": "BAD/export",
    },
    "predict": {
        "model_export_path": "GOOD/export",
        "input_file": "GOOD/lines.txt",
        "output_file": "BAD/out.jsonl",
    },
    "convert_checkpoint": {
        "source": "GOOD/classifier",
        "output_dir": "BAD/converted",
    },
    "fill_mask": {"model_dir": "GOOD/run", "sentence": "b [MASK]"},
    "quickstart": {
        "model_dir": "GOOD/run",
        "eval_files": "GOOD/pretraining.tfrecord",
    },
}
# A network of these sizes is never told the length of its sequences.
_ANY_LENGTH = "TransformerEncoder.sequence_length = None\n"
# These make what others read.
_MAKERS = {
    "run_pretraining": {
        "model_dir": "GOOD/run",
        "eval_files": "GOOD/pretraining.tfrecord",
        "eval_batch_size": 64,
    },
    "run_classifier": {"model_dir": "GOOD/classifier"},
    "run_squad": {"model_dir": "GOOD/reader"},
    "run_tagging": {"model_dir": "GOOD/tagger"},
    "export_model": {"model_export_path": "GOOD/export"},
    "create_finetuning_data": {
        "train_data_output_path": "GOOD/records/train.tfrecord",
        "eval_data_output_path": "GOOD/records/dev.tfrecord",
        "meta_data_file_path": "GOOD/records/meta.json",
    },
}


class GoodInputs:
    """Makes inputs with which every program ends well, and runs programs.

    Args:
        folder: Where the inputs are made.
    """

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self._programs = {}

    @functools.cached_property
    def made(self) -> pathlib.Path:
        """The folder with text, records, tasks, runs and an exported model."""
        folder = self.folder
        TinyPretraining(folder)
        tiny_finetuning.write_common(folder)
        with open(folder / "network.gin", "a") as file:
            file.write(_ANY_LENGTH)
        (folder / "task").mkdir()
        tiny_finetuning.write_texts(folder / "task", num_train=40)
        tiny_finetuning.write_tags(folder / "task")
        tiny_finetuning.write_questions(folder / "task")
        lines = tiny_finetuning.WORDS[:4]
        (folder / "lines.txt").write_text("\n".join(lines) + "\n")
        for program, flags in _MAKERS.items():
            code, said = self.run(program, flags, folder / "unused")
            if code:
                raise RuntimeError(f"{program}: {said}")
        return folder

    def run(self, program, flags, bad, *more):
        """Gives the exit code and standard error of a program.

        Args:
            program: A module of `official_runs`.
            flags: In place of the good flags; None drops one.
            bad: The folder that flags and arguments call `BAD`.
            *more: Arguments after the flags.
        """
        flags = {**FLAGS[program], **flags}
        given = {
            name: self.named(value, bad)
            for name, value in flags.items()
            if value is not None
        }
        more = [self.named(argument, bad) for argument in more]
        return self.run_with(program, *more, **given)

    def run_with(self, program, *arguments, **flags):
        """The same, with these arguments and flags alone."""
        if program not in self._programs:
            module = f"official_runs.{program}"
            self._programs[program] = RunningProgram(module, seconds=300)
        try:
            return self._programs[program].run(*arguments, **flags)
        except (RuntimeError, OSError):
            self._programs.pop(program)
            raise

    def named(self, text, bad) -> str:
        """Puts folders in place of `GOOD` and `BAD`."""
        for name, folder in (("GOOD", self.folder), ("BAD", bad)):
            text = str(text).replace(name, str(folder))
        return text

    def close(self) -> None:
        """Ends the programs."""
        for program in self._programs.values():
            program.__exit__()
