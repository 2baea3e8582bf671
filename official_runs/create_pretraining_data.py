r"""Makes TFRecord files of pretraining examples from text files.

  python -m official_runs.create_pretraining_data \
    --input_file='/data/wikipedia/*.txt.gz' \
    --vocab_file=/data/vocab.txt \
    --output_dir=/data/pretraining \
    --num_shards=16

Text has one sentence or paragraph a line and a blank line between documents.
Lines that are longer than an example are cut, at sentences where they can be.
The share of the text that is in no example is printed.
Static masks are stored, `--dupe_factor` times another; with
`--masking=dynamic` records hold tokens only, and training masks them anew in
every epoch.
"""

import contextlib
import os

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_INPUT = flag_types.input_files(
    "input_file", None, "Text files or globs, .gz too.", required=True
)
_OUTPUT_FILE = flags.DEFINE_list(
    "output_file", None, "TFRecord files; examples go to each in turn."
)
_OUTPUT_DIR = flag_types.path(
    "output_dir", None, "Instead: a folder for --num_shards files."
)
_NUM_SHARDS = flag_types.whole_number(
    "num_shards", 1, "Files in --output_dir.", high=100_000
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")
_GZIP = flags.DEFINE_bool("gzip_compress", False, "Pack the output.")
_VOCAB = flag_types.input_file("vocab_file", None, "vocab.txt.", required=True)
_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case",
    None,
    "Lower-case text and strip accents: uncased models; unless given, what the "
    "vocabulary's folder says, or true.",
)
_SEQ_LENGTH = flag_types.whole_number(
    "max_seq_length", 128, "In tokens.", low=8, high=2**20
)
_SHORT_SEQ_PROB = flag_types.number(
    "short_seq_prob",
    0.1,
    "Share of documents whose examples are shorter.",
    0,
    1,
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
_PACKED = flags.DEFINE_bool(
    "packed",
    False,
    "Put several examples into each row: little padding, as fast as "
    "possible. Model Garden does not read such records.",
)
_MASKED_LM_PROB = flag_types.number(
    "masked_lm_prob", 0.15, "Share of tokens to mask.", 1e-6, 1
)
_MAX_PREDICTIONS = flag_types.whole_number(
    "max_predictions_per_seq", 20, "Most masked tokens of an example."
)
_WHOLE_WORD = flags.DEFINE_bool(
    "do_whole_word_mask", False, "Mask whole words, not word pieces."
)
_NGRAM = flag_types.whole_number(
    "max_ngram_size",
    None,
    "Mask up to this many whole words in a row.",
    high=100,
)
_DUPE_FACTOR = flag_types.whole_number(
    "dupe_factor",
    None,
    "How often text is used: 10, or 1 with dynamic masking.",
    high=10_000,
)
_SEED = flag_types.whole_number(
    "random_seed", 12345, "Decides all randomness.", low=0
)
_NUM_WORKERS = flag_types.whole_number(
    "num_workers", os.cpu_count(), "Processes on this machine.", high=1024
)
_RUNNER = flags.DEFINE_enum(
    "runner", "local", ["local", "beam"], "This machine, or Apache Beam."
)
_BEAM = flags.DEFINE_multi_string(
    "beam_option",
    [],
    "One of Beam's own options, such as --runner=FlinkRunner.",
)


@flags.multi_flags_validator(
    ["output_file", "output_dir", "runner"],
    "One of --output_file and --output_dir says where to write; Beam writes to "
    "--output_dir.",
)
def _has_one_output(values):
    if values["runner"] == "beam" and values["output_file"]:
        return False
    return bool(values["output_file"]) != bool(values["output_dir"])


@flags.multi_flags_validator(
    ["max_ngram_size", "do_whole_word_mask"],
    "--max_ngram_size needs --do_whole_word_mask.",
)
def _ngrams_are_of_words(values):
    return values["max_ngram_size"] is None or values["do_whole_word_mask"]


def make_examples():
    """Builds what makes examples, as the flags say."""
    from nlp_modeling import data, text
    from official_runs.program.vocabulary import read_vocabulary

    tokenizer = read_vocabulary(_VOCAB.value, _LOWER_CASE.value)
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
        packed=_PACKED.value,
        seed=_SEED.value,
    )


def main():
    import tensorflow as tf

    from nlp_modeling import data
    from official_runs.pretraining.write_examples import (
        shards,
        workers,
        write,
        write_with_beam,
    )

    # The processes are the parallelism. TensorFlow's threads only add to it.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    outputs, folder = _OUTPUT_FILE.value, _OUTPUT_DIR.value
    data.require_different(outputs or [])
    texts = data.find_files(_INPUT.value)
    is_beam = _RUNNER.value == "beam"
    gzip, count = _GZIP.value, _NUM_WORKERS.value
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(workers(0 if is_beam else count - 1))
        make = make_examples()
        partial = [
            stack.enter_context(
                data.whole_output(path, _OVERWRITE.value, is_file=bool(outputs))
            )
            for path in outputs or [folder]
        ]
        if is_beam:
            write_with_beam(
                texts, *partial, _NUM_SHARDS.value, make, _BEAM.value, gzip
            )
            return
        if folder:
            partial = shards(*partial, _NUM_SHARDS.value)
        write(texts, partial, make, num_workers=count, pool=pool, gzip=gzip)


if __name__ == "__main__":
    run_program(main)
