"""One of several named values."""

from typing import Any

import numpy as np
from jaxtyping import Bool

from populace.engine.attributes.base import OwnAttribute
from populace.engine.columns import NONE_OF_THEM
from populace.engine.errors import ProjectError
from populace.engine.people import Attribute, People
from populace.engine.quantities import Nested

_NAMES_MAX = 255  # a code is one byte, and one of them is for people who cannot have it
WEIGHT_MAX = 1e9


def check_weights(weights: dict[str, Any]) -> None:
    """Raise a `ProjectError` unless the weights are numbers of which one is above 0."""
    if not 1 <= len(weights) <= _NAMES_MAX:
        raise ProjectError(f"must name 1 to {_NAMES_MAX} values, not {len(weights)}.")
    for name, weight in weights.items():
        if not isinstance(name, str) or not name.strip() or "," in name:
            raise ProjectError(f'a name must be text without commas, not {name!r}: put it in "".')
        if name.strip() == NONE_OF_THEM:
            raise ProjectError(f'"{NONE_OF_THEM}" is for people who cannot have it: rename it.')
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not 0 <= weight <= WEIGHT_MAX:
            raise ProjectError("must be a number of at least 0, such as 0.3, "
                               f"not {weight!r}.", place=name)  # fmt: skip
    if not sum(weights.values()) > 0:
        raise ProjectError("at least one weight must be above 0.")


class Category(OwnAttribute):
    """Each of those who can have it has one of several values, drawn by their weights.

    Written as `weights: {none at all: 60, some: 30, a lot: 10}`; only the ratio of the weights
    counts. People who cannot have it have the value "none".
    """

    title = "One of several values"

    weights = Nested(
        {"first": 1.0, "second": 1.0},
        check=check_weights,
        example={"car": 5, "train": 3.5, "on foot": 1},
        bounds=(0, WEIGHT_MAX),
        unit="weight of each name",
        source="assumption: two values, equally common",
        doc="The values and how common they are, against each other.",
    )

    def categories(self) -> tuple[str, ...]:
        names = tuple(name.strip() for name in self.weights)
        return names if self.among.is_everybody else (*names, NONE_OF_THEM)

    def drawn(self, people: People, among: Bool[np.ndarray, " agents"]) -> Attribute:
        codes = chosen_by_weight(self.draws(people.agent_count), list(self.weights.values()))
        codes[~among] = len(self.weights)
        return Attribute(codes, self.categories())


def chosen_by_weight(draws: np.ndarray, weights: list[float]) -> np.ndarray:
    """Return which of several weights each draw of 32 bits falls on."""
    ends = np.cumsum(np.array(weights, np.float64))
    last = int(np.flatnonzero(weights)[-1])
    limits = np.minimum(ends / ends[-1] * 2.0**32, 2.0**32).astype(np.uint64)
    found = np.searchsorted(limits, draws.astype(np.uint64), side="right")
    return np.minimum(found, last).astype(np.uint8)
