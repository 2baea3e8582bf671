"""Chooses one of the two models of a checkpoint of google-research/electra."""

from collections.abc import Iterable


def electra_part(names: Iterable[str], is_generator: bool) -> dict[str, str]:
    """Chooses one of the two models of a checkpoint of google-research/electra.

    The generator reads the discriminator's embeddings, unless it was trained
    with its own. A model of masked words alone is called `electra` too.

    Args:
        names: The names of all weights.
        is_generator: Whether to choose the generator.

    Returns:
        The names of the model's weights, by what they would be called if the
        checkpoint had no other model.
    """
    if not is_generator:
        theirs = ("generator/", "generator_predictions/")
        return {x: x for x in names if not x.startswith(theirs)}
    theirs = ["discriminator_predictions/"]
    own = {
        x.replace("generator/", "electra/", 1): x
        for x in names
        if x.startswith("generator/")
    }
    if own:
        theirs += ["electra/encoder/", "electra/embeddings_project/"]
    shared = {x: x for x in names if not x.startswith((*theirs, "generator/"))}
    return shared | own
