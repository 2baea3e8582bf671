"""A program that ends as its flag says."""

from absl import flags

from official_runs.program.run_program import run_program

_HOW = flags.DEFINE_string("how", None, "The name of an error.")


class Stopped(Exception):
    """As `training.Stopped`, by its name."""


def main():
    errors = {"Stopped": Stopped, **vars(__import__("builtins"))}
    if _HOW.value:
        raise errors[_HOW.value]("what it says\n  over two lines")


if __name__ == "__main__":
    run_program(main)
