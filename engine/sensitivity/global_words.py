"""What is said of an answer over the whole range, in commands and on the screen."""

from collections.abc import Mapping

from populace.engine.sensitivity.global_design import STEP, Elementary, Share
from populace.engine.sensitivity.global_runs import GlobalSensitivity

HOW = {
    "morris": (
        "Morris: how much the outcome changes when a number goes through its range, wherever the "
        "others are: mean size (95 % interval), mean with its sign, and how unlike the changes are."
    ),
    "sobol": (
        "Sobol: the share of all differences between runs in which a number has a part "
        "(95 % interval), and the share that it makes by itself."
    ),
}
# From this share on, chance is what most differences are made of.
_MUCH = 0.5


def chance_in_words(found: GlobalSensitivity, labels: Mapping[str, str] | None = None) -> str:
    """Say how much of the answer is the dice, and not the numbers; ``labels`` name the numbers."""
    chance = found.chance
    if isinstance(chance, Share):
        many = " That is most: take more people." if chance.value > _MUCH else ""
        return (
            "Chance, another seed with the same numbers, has a part in "
            f"{in_per_cent(chance.value)} of the differences.{many}"
        )
    assert isinstance(chance, Elementary)
    # Two runs with nothing in common but their numbers would look like this, as a step does.
    noise = chance.value / STEP
    close = [one.path for one in found.numbers if one.value and one.low <= noise]
    floor = [(labels or {}).get(path, path) for path in close]
    unsure = f" Not told apart from it: {', '.join(floor)}." if floor else ""
    return (
        f"Two runs with the same numbers and other seeds differ by {in_figures(chance.value)} "
        f"{found.unit} on average.{unsure}"
    )


def in_per_cent(share: float) -> str:
    """Return "12 %"."""
    return f"{100 * share:.0f} %"


def in_figures(value: float) -> str:
    """Return a number as people read it: whole from 10 on."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"
