r"""Makes TFRecord files of pretraining examples from text files.

  python -m official_runs.create_pretraining_data \
    --input_file='/data/wikipedia/*.txt.gz' \
    --vocab_file=/data/vocab.txt \
    --output_dir=/data/pretraining \
    --num_shards=16

Text has one sentence or paragraph a line and a blank line between documents.
Static masks are stored, `--dupe_factor` times another; with
`--masking=dynamic` records hold tokens only, and training masks them anew in
every epoch.
"""

import contextlib
import os
import sys

import tensorflow as tf
from absl import flags

from nlp_modeling import data, text
from official_runs.program.progress import Progress
from official_runs.program.run_program import run_program

_INPUT = flags.DEFINE_list(
    "input_file", None, "Text files or globs, .gz too.", required=True
)
_OUTPUT_FILE = flags.DEFINE_list(
    "output_file", None, "TFRecord files; examples go to each in turn."
)
_OUTPUT_DIR = flags.DEFINE_string(
    "output_dir", None, "Instead: a folder for --num_shards files."
)
_NUM_SHARDS = flags.DEFINE_integer(
    "num_shards", 1, "Files in --output_dir.", lower_bound=1
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")
_GZIP = flags.DEFINE_bool("gzip_compress", False, "Pack the output.")
_VOCAB = flags.DEFINE_string("vocab_file", None, "vocab.txt.", required=True)
_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case", True, "Lower-case text and strip accents: uncased models."
)
_SEQ_LENGTH = flags.DEFINE_integer("max_seq_length", 128, "In tokens.")
_SHORT_SEQ_PROB = flags.DEFINE_float(
    "short_seq_prob", 0.1, "Share of documents whose examples are shorter."
)
_PAIRS = flags.DEFINE_bool(
    "use_next_sentence_label",
    True,
    "Pairs of segments for the next-sentence task, not single sequences.",
)
_MASKING = flags.DEFINE_enum(
    "masking",
    "static",
    ["static", "dynamic"],
    "Store masks, or draw them late.",
)
_MASKED_LM_PROB = flags.DEFINE_float(
    "masked_lm_prob", 0.15, "Share of tokens to mask."
)
_MAX_PREDICTIONS = flags.DEFINE_integer(
    "max_predictions_per_seq", 20, "Most masked tokens of an example."
)
_WHOLE_WORD = flags.DEFINE_bool(
    "do_whole_word_mask", False, "Mask whole words, not word pieces."
)
_NGRAM = flags.DEFINE_integer(
    "max_ngram_size", None, "Mask up to this many whole words in a row."
)
_DUPE_FACTOR = flags.DEFINE_integer(
    "dupe_factor",
    None,
    "How often text is used: 10, or 1 with dynamic masking.",
)
_SEED = flags.DEFINE_integer("random_seed", 12345, "Decides all randomness.")
_NUM_WORKERS = flags.DEFINE_integer(
    "num_workers", os.cpu_count(), "Processes on this machine.", lower_bound=1
)
_RUNNER = flags.DEFINE_enum(
    "runner", "local", ["local", "beam"], "This machine, or Apache Beam."
)
_BEAM = flags.DEFINE_multi_string(
    "beam_option",
    [],
    "One of Beam's own options, such as --runner=FlinkRunner.",
)


def make_examples() -> data.PretrainingExamples:
    """Builds what makes examples, as the flags say."""
    tokenizer = text.BertTokenizer(_VOCAB.value, lower_case=_LOWER_CASE.value)
    static = _MASKING.value == "static"
    masking = text.MaskedLMMaskGenerator(
        tokenizer,
        rate=_MASKED_LM_PROB.value,
        max_predictions=_MAX_PREDICTIONS.value,
        whole_words=_WHOLE_WORD.value,
        max_ngram=_NGRAM.value or 1,
    )
    return data.PretrainingExamples(
        tokenizer,
        sequence_length=_SEQ_LENGTH.value,
        masking=masking if static else None,
        next_sentence=_PAIRS.value,
        short_seq_prob=_SHORT_SEQ_PROB.value,
        dupe_factor=_DUPE_FACTOR.value or (10 if static else 1),
        seed=_SEED.value,
    )


def write(files, outputs, make, pool):
    """Writes with the processes of this machine."""
    size = data.text_bytes(files)
    with Progress("Pretraining data", total_bytes=size) as progress:
        data.write_pretraining_data(
            files,
            outputs,
            make,
            num_workers=_NUM_WORKERS.value,
            pool=pool,
            gzip=_GZIP.value,
            report=progress.add,
        )


def start_workers():
    """Forks the worker processes, if there are any.

    Call it before TensorFlow runs. A process that is started later has to load
    TensorFlow anew.
    """
    count = _NUM_WORKERS.value - 1
    if not count or sys.platform != "linux" or _RUNNER.value == "beam":
        return contextlib.nullcontext()
    return data.worker_pool(count, fork=True)


def write_with_beam(files, folder, make):
    """Writes with Apache Beam, which names the files itself."""
    try:
        from official_runs.pretraining import beam
    except ImportError as error:
        raise ValueError(
            "--runner=beam needs the extra `beam` of nlp_modeling. "
            f"Received: {error}."
        ) from error
    beam.write_pretraining_data(
        files,
        os.path.join(folder, "pretraining"),
        _NUM_SHARDS.value,
        make,
        _BEAM.value,
        gzip=_GZIP.value,
    )


def main():
    # The processes are the parallelism. TensorFlow's threads only add to it.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    outputs, folder = _OUTPUT_FILE.value, _OUTPUT_DIR.value
    if bool(outputs) == bool(folder):
        raise ValueError(
            "One of --output_file and --output_dir says where to write. "
            f"Received: output_file={outputs}, output_dir={folder}."
        )
    if outputs and _RUNNER.value == "beam":
        raise ValueError(
            "--runner=beam writes to --output_dir. "
            f"Received: output_file={outputs}."
        )
    if _NGRAM.value and not _WHOLE_WORD.value:
        raise ValueError(
            "--max_ngram_size needs --do_whole_word_mask. "
            f"Received: max_ngram_size={_NGRAM.value}."
        )
    data.require_different(outputs or [])
    files = data.find_files(_INPUT.value)
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(start_workers())
        make = make_examples()
        partial = [
            stack.enter_context(
                data.whole_output(path, _OVERWRITE.value, is_file=bool(outputs))
            )
            for path in outputs or [folder]
        ]
        if outputs:
            write(files, partial, make, pool)
        elif _RUNNER.value == "beam":
            write_with_beam(files, *partial, make)
        else:
            tf.io.gfile.makedirs(*partial)
            write(files, shards(*partial), make, pool)


def shards(folder):
    """Gives the paths of the files in a folder."""
    count = _NUM_SHARDS.value
    names = [f"pretraining-{i:05d}-of-{count:05d}" for i in range(count)]
    return [os.path.join(folder, f"{name}.tfrecord") for name in names]


if __name__ == "__main__":
    run_program(main)
