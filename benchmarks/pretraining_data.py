"""Times making pretraining data: tf-models-official's script and ours.

    python -m benchmarks.pretraining_data --peer_python=DIR/garden/bin/python \
      --vocab_file=vocab.txt --files ../shared/data/wikipedia/train-0[01].txt.gz

Prints a JSON line for each system and one of ratios. Start-up is left out. The
peer knows one process. `garden` gives it one for each file, side by side, which
is the sharding by hand that some of its users do; `garden-one-process` gives it
all files, as its documentation does. `ours-one-file` and `ours-twice` show how
memory grows with the input.
"""

import argparse
import gzip
import json
import pathlib
import shutil
import sys
import tempfile

from benchmarks.process_tree import measure

PEER = "official.nlp.data.create_pretraining_data"
OURS = "official_runs.create_pretraining_data"
SYSTEMS = (
    "garden",
    "garden-one-process",
    "ours",
    "ours-one-file",
    "ours-twice",
    "ours-dynamic",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", nargs="+", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--peer_python", default=sys.executable)
    parser.add_argument(
        "--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS
    )
    parser.add_argument("--num_workers", type=int, default=2)
    parser.add_argument("--dupe_factor", type=int, default=5)
    args = parser.parse_args()
    lines = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        files = [
            _unpacked(file, folder / f"{i}.txt")
            for i, file in enumerate(sorted(args.files))
        ]
        for system in args.systems:
            output = folder / "output"
            lines[system] = _line(system, files, output, args)
            print(json.dumps(lines[system]), flush=True)
            shutil.rmtree(output)
    rates = {name: line["mb_per_second"] for name, line in lines.items()}
    ratios = {
        f"{system} over {peer}": round(rate / rates[peer], 1)
        for peer in SYSTEMS[:2]
        for system, rate in rates.items()
        if peer in rates and system != peer
    }
    print(json.dumps(ratios))


def _unpacked(file, path):
    # The peer reads no gzip.
    with (
        gzip.open(file) if file.endswith(".gz") else open(file, "rb") as source
    ):
        with open(path, "wb") as target:
            shutil.copyfileobj(source, target)
    return path


def _twin(file):
    """Gives a second name to a file, for a program that reads a name once."""
    twin = file.with_suffix(".twin")
    twin.hardlink_to(file)
    return twin


def _line(system, files, output, args):
    """Runs one system, and gives what it took and made."""
    if system == "ours-one-file":
        files = files[:1]
    if system == "ours-twice":
        files = files + [_twin(file) for file in files]
    commands, began = _commands(system, files, output, args)
    measured = measure(commands, began)
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    written = [f for f in output.rglob("*") if f.is_file()]
    return {
        "system": system,
        "text_mb": round(megabytes, 1),
        "seconds": round(measured.seconds, 1),
        "cpu_seconds": round(measured.cpu_seconds, 1),
        "mb_per_second": round(megabytes / measured.seconds, 3),
        "peak_memory_mib": measured.peak_mib,
        "written_mb": round(sum(f.stat().st_size for f in written) / 1e6, 1),
    }


def _commands(system, files, output, args):
    """Gives command lines, and what tells that their start-up is over."""
    flags = [f"--vocab_file={args.vocab_file}", "--random_seed=1"]
    flags += ["--max_seq_length=128"]
    if system != "ours-dynamic":
        flags += [f"--dupe_factor={args.dupe_factor}"]
    if system.startswith("garden"):
        output.mkdir()
        inputs = map(str, files)
        if system == "garden-one-process":
            inputs = [",".join(inputs)]
        commands = [
            [args.peer_python, "-m", PEER, *flags]
            + [f"--input_file={paths}", f"--output_file={output / str(i)}"]
            for i, paths in enumerate(inputs)
        ]
        return commands, lambda log: "Reading from input files" in log
    flags += [
        f"--input_file={','.join(map(str, files))}",
        f"--output_dir={output}",
        f"--num_workers={args.num_workers}",
        "--num_shards=4",
    ]
    if system == "ours-dynamic":
        flags += ["--masking=dynamic"]
    partial = output.with_name(f"{output.name}.partial")
    return [[sys.executable, "-m", OURS, *flags]], lambda log: partial.exists()


if __name__ == "__main__":
    main()
