"""Pretrains by one recipe after another for the same seconds of training.

    python -m benchmarks.recipes --text=train.txt --eval_text=dev.txt \\
        --vocab_file=vocab.txt --output_dir=recipes --seconds=300 \\
        --seeds 0 1 2 --classify='--task=sst2 --input_data_dir=sst2'

A recipe adds one thing to another one, see `RECIPES`. Its rate is measured
once, by a short run, on a machine that must be quiet, and kept in rates.json: a
run takes as many steps as fit into `--seconds` by that rate. The runs then do
not mind other programs, and several recipes may be run at once, each by a
command of its own. Prints a JSON line a run: the share of masked words that it
guesses, 15 % of the words of `--eval_text`, the same for all recipes, and the
score of each `--classify`, a fine-tuning that begins with the encoder. A run
that is in `--output_dir` already is not repeated.
"""

import argparse
import itertools
import json
import pathlib
import shlex
import statistics
import sys

from benchmarks.pretraining import times_of_events
from benchmarks.processes import finish

_PADDED, _PACKED = "padded", "packed"
_BERT = (
    "--gin_file=networks/bert_tiny.gin",
    "--gin_param=TransformerEncoder.dropout_rate=0.0",
    "--gin_param=TransformerEncoder.attention_dropout_rate=0.0",
)
_MODERN = ("--gin_file=networks/modern_tiny.gin",)
_AT_FIRST = ("--train_batch_size=32", "--learning_rate=2e-3")
_MANY_STEPS = (
    "--train_batch_size=16",
    "--learning_rate=4e-3",
    "--gin_param=AdamW.beta_2=0.98",
    "--gin_param=Muon.beta_2=0.98",
)
_MORE_MASKS = (
    "--gin_param=MaskedLMMaskGenerator.rate=0.3",
    "--max_predictions_per_seq=40",
)
_MUON = ("--gin_param=make_optimizer.optimizer=@Muon",)
_ELECTRA = (
    "--gin_param=pretrain.objectives=[@masked_lm(), @replaced_tokens()]",
    "--gin_param=pretrain.generator={'num_layers': 2, 'hidden_size': 32, "
    "'num_attention_heads': 1, 'intermediate_size': 128, "
    "'type_vocab_size': 2}",
    "--gin_param=MaskedLMMaskGenerator.mask_rate=0.85",
    "--gin_param=MaskedLMMaskGenerator.random_rate=0.0",
)
# What the rows are, and the flags of run_pretraining; of a flag that is given
# twice, the last one counts.
RECIPES = {
    "bert": (_PADDED, *_BERT, *_AT_FIRST),
    "bert, packed": (_PACKED, *_BERT, *_AT_FIRST),
    "bert, packed, many steps": (_PACKED, *_BERT, *_MANY_STEPS),
    "modern, packed": (_PACKED, *_MODERN, *_AT_FIRST),
    "modern, packed, many steps": (_PACKED, *_MODERN, *_MANY_STEPS),
    "the same, 30 % masked": (_PACKED, *_MODERN, *_MANY_STEPS, *_MORE_MASKS),
    "the same, Muon": (_PACKED, *_MODERN, *_MANY_STEPS, *_MUON),
    "the same, 30 % masked, Muon": (
        *(_PACKED, *_MODERN, *_MANY_STEPS, *_MORE_MASKS, *_MUON),
    ),
    "electra, packed": (_PACKED, *_BERT, *_AT_FIRST, *_ELECTRA),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--text", required=True)
    parser.add_argument("--eval_text", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--output_dir", type=pathlib.Path, required=True)
    parser.add_argument("--recipes", nargs="+", choices=RECIPES)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--classify", action="append", default=[])
    parser.add_argument(
        "--rates_alone", action="store_true", help="measure, and end"
    )
    args = parser.parse_args()
    names = args.recipes or list(RECIPES)
    write_records(args)
    rates = {name: rate_of(args, name) for name in names}
    if args.rates_alone:
        return
    for seed, name in itertools.product(args.seeds, names):
        steps = round(args.seconds * rates[name])
        line = {"recipe": name, "seed": seed, "steps": steps}
        line |= run(args, name, seed, steps)
        print(json.dumps(line), flush=True)


def write_records(args):
    for (part, text, masks), rows in itertools.product(
        [("train", args.text, "dynamic"), ("eval", args.eval_text, "static")],
        [_PADDED, _PACKED],
    ):
        folder = args.output_dir / f"{part}-{rows}"
        if not folder.exists():
            finish(
                [
                    *(sys.executable, "-m"),
                    "official_runs.create_pretraining_data",
                    f"--input_file={text}",
                    f"--vocab_file={args.vocab_file}",
                    f"--output_dir={folder}",
                    f"--masking={masks}",
                    "--dupe_factor=1",
                    "--nouse_next_sentence_label",
                    f"--packed={rows == _PACKED}",
                ]
            )


def rate_of(args, name, steps=120, steps_per_loop=20):
    """Gives steps a second: the median over the loops after the first two."""
    file = args.output_dir / "rates.json"
    rates = json.loads(file.read_text()) if file.exists() else {}
    if name not in rates:
        folder = args.output_dir / f"rate of {name}"
        pretrain(args, name, folder, steps, steps_per_loop=steps_per_loop)
        ends = times_of_events(folder, "train", "loss")
        loops = [b - a for a, b in itertools.pairwise(ends)][1:]
        rates[name] = steps_per_loop / statistics.median(loops)
        file.write_text(json.dumps(rates, indent=1))
        print(json.dumps({"recipe": name, "steps/s": rates[name]}), flush=True)
    return rates[name]


def run(args, name, seed, steps):
    folder = args.output_dir / f"{name}-{args.seconds}-{seed}"
    pretrain(
        *(args, name, folder, steps),
        "--checkpoint_interval=1000000",
        f"--eval_files={args.output_dir}/eval-{RECIPES[name][0]}/*.tfrecord",
        seed=seed,
    )
    result = {
        key: round(value, 4)
        for key, value in evaluation(folder).items()
        if key.endswith("accuracy")
    }
    for number, flags in enumerate(args.classify):
        classifier = folder / f"classifier-{number}"
        finish(
            [
                *(sys.executable, "-m", "official_runs.run_classifier"),
                *shlex.split(flags),
                f"--init_checkpoint={folder}",
                f"--model_dir={classifier}",
                f"--seed={seed}",
            ]
        )
        score = round(evaluation(classifier)["accuracy"], 4)
        result[flags.split()[0].removeprefix("--task=")] = score
    return result


def pretrain(args, name, folder, steps, *flags, seed=0, steps_per_loop=100):
    rows, *recipe = RECIPES[name]
    finish(
        [
            *(sys.executable, "-m", "official_runs.run_pretraining"),
            "--gin_param=pretrain.objectives=[@masked_lm()]",
            *recipe,
            f"--input_files={args.output_dir}/train-{rows}/*.tfrecord",
            f"--vocab_file={args.vocab_file}",
            f"--model_dir={folder}",
            f"--num_train_steps={steps}",
            f"--warmup_steps={max(1, round(0.06 * steps))}",
            f"--steps_per_loop={steps_per_loop}",
            f"--seed={seed}",
            *flags,
        ]
    )


def evaluation(folder):
    """Gives the numbers of the last evaluation."""
    lines = pathlib.Path(folder, "metrics.jsonl").read_text().splitlines()
    values = [json.loads(line) for line in lines]
    return [each for each in values if each["part"] == "evaluation"][-1]


if __name__ == "__main__":
    main()
