"""Writes pretraining examples with Apache Beam, from more text than one machine
should read."""

from collections.abc import Sequence

import apache_beam as beam
from apache_beam.options import pipeline_options

from nlp_modeling import data


def write_pretraining_data(
    files: Sequence[str],
    path_prefix: str,
    num_shards: int,
    make_examples: data.PretrainingExamples,
    beam_options: Sequence[str] = (),
    gzip: bool = False,
):
    """Writes the examples that `data.write_pretraining_data` writes.

    The same chunks give the same examples; which file and place each gets is
    up to Beam. Groups of files are read in parallel, and their chunks then
    shared out anew.

    Args:
        files: Text files.
        path_prefix: What the names of the TFRecord files begin with.
        num_shards: How many files to write.
        make_examples: Makes the examples.
        beam_options: Beam's own options, such as "--runner=FlinkRunner".
        gzip: Whether to pack what is written.
    """
    options = pipeline_options.PipelineOptions(list(beam_options))
    compression = beam.io.filesystem.CompressionTypes
    with beam.Pipeline(options=options) as pipeline:
        _ = (
            pipeline
            | "Groups" >> beam.Create(list(enumerate(data.group_files(files))))
            | "Read" >> beam.FlatMapTuple(_chunks)
            | "Share out" >> beam.Reshuffle()
            | "Make examples" >> beam.ParDo(_MakeExamples(make_examples))
            | "Write"
            >> beam.io.WriteToTFRecord(
                path_prefix,
                file_name_suffix=".tfrecord",
                num_shards=num_shards,
                compression_type=(
                    compression.GZIP if gzip else compression.UNCOMPRESSED
                ),
            )
        )


def _chunks(group, files):
    for chunk, documents in enumerate(data.document_chunks(files)):
        yield (group, chunk), documents


class _MakeExamples(beam.DoFn):
    def __init__(self, make_examples):
        self.make_examples = make_examples

    def process(self, chunk):
        return self.make_examples(*chunk)
