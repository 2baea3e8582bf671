"""Checks constructor arguments."""


def require_positive(**arguments):
    """Raises unless every argument is an integer of at least 1.

    Raises:
        ValueError: Naming the first argument that is not, and its value.
    """
    for name, value in arguments.items():
        if isinstance(value, bool) or int(value) != value or value < 1:
            raise ValueError(
                f"`{name}` must be a positive integer. "
                f"Received: {name}={value!r}."
            )


def require_rate(**arguments):
    """Raises unless every argument is a share of at least 0 and less than 1.

    Raises:
        ValueError: Naming the first argument that is not, and its value.
    """
    for name, value in arguments.items():
        if not 0 <= value < 1:
            raise ValueError(
                f"`{name}` must be at least 0 and less than 1. "
                f"Received: {name}={value!r}."
            )


def require_output(output):
    """Raises unless `output` is `"logits"` or `"predictions"`.

    Raises:
        ValueError: With the value.
    """
    if output not in ("logits", "predictions"):
        raise ValueError(
            f'`output` must be "logits" or "predictions". Received: {output=}.'
        )
