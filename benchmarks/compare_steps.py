"""Times the training step of several systems in turn, and prints ratios.

    python -m benchmarks.compare_steps --size=small --dtype=fp32 \\
        --system ours=.venv-hub/bin/python \\
        --system garden=.venv-garden/bin/python \\
        --system hub-tensorflow=.venv-hub/bin/python

Machines are noisy, so every round runs each system once, in a process of its
own, and only ratios within a round count. Prints a JSON line a run, and at the
end for each other system the median over rounds of our tokens per second over
its own, and the same of processor time and of peak memory. Processor time is
what another program's load disturbs least.
"""

import argparse
import json
import statistics
import subprocess


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--system",
        action="append",
        required=True,
        metavar="NAME=PYTHON",
        help="a system, and the interpreter that has it; the first is ours",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--size", default="small")
    parser.add_argument("--dtype", default="fp32")
    parser.add_argument("--steps", type=int, default=5)
    args = parser.parse_args()
    systems = dict(system.split("=", 1) for system in args.system)
    results = {name: [] for name in systems}
    for _ in range(args.rounds):
        for name, python in systems.items():
            result = _run(name, python, args)
            print(json.dumps(result), flush=True)
            results[name].append(result)
    ours, *others = results
    for other in others:
        print(
            json.dumps(
                {
                    "ours": ours,
                    "peer": other,
                    "size": args.size,
                    "dtype": args.dtype,
                    "tokens_per_second_ratio": _ratio(
                        results, ours, other, "tokens_per_second"
                    ),
                    "cpu_time_ratio": _ratio(
                        results, ours, other, "step_cpu_ms"
                    ),
                    "peak_memory_ratio": _ratio(
                        results, ours, other, "peak_memory_mib"
                    ),
                }
            )
        )


def _run(name, python, args):
    command = [python, "-m", "benchmarks.training_step"]
    command += [f"--system={name}", f"--size={args.size}"]
    command += [f"--dtype={args.dtype}", f"--steps={args.steps}"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=args.seconds
        )
    except subprocess.TimeoutExpired:
        return {"peer": name, "longer_than_seconds": args.seconds}
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _ratio(results, ours, other, key):
    """Median over the rounds that both finished; None if there is none."""
    ratios = [
        x[key] / y[key]
        for x, y in zip(results[ours], results[other], strict=True)
        if key in x and key in y
    ]
    return round(statistics.median(ratios), 3) if ratios else None


if __name__ == "__main__":
    main()
