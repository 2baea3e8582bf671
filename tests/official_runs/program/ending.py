"""A program that ends as its flag says."""

from absl import flags

from official_runs.program.run_program import run_program

_HOW = flags.DEFINE_string("how", None, "The name of an error.")


class Stopped(Exception):
    """As `training.Stopped`, by its name."""


def call_a_layer(message):
    """Raises an error as Keras does in a layer's call."""
    import keras

    class Raising(keras.layers.Layer):
        def call(self, inputs):
            raise ValueError(message)

    Raising()(keras.Input((2,)))


def main():
    errors = {"Stopped": Stopped, **vars(__import__("builtins"))}
    message = "what it says\n  over two lines"
    if _HOW.value == "layer":
        call_a_layer(message)
    elif _HOW.value:
        raise errors[_HOW.value](message)


if __name__ == "__main__":
    run_program(main)
