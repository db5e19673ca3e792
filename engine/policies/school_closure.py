"""Closed schools."""

import numpy as np
from jaxtyping import Bool

from populace.engine.component import Values
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import People
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability, Structure
from populace.engine.selection import Selection

# First and last age of the pupils of each level, as in the made-up schools of the populations.
LEVELS = {"primary": (0, 10), "middle": (11, 13), "high": (14, 120)}


class SchoolClosure(Policy):
    """A share of the contacts at school falls away, in every network whose name begins so.

    What pupils do instead is not modelled: their contacts at home and in the community stay as they
    were. Imperial College Report 9 lets them rise by 50 % and 25 %, so a closure looks somewhat
    better here than there. Some levels alone may close, by the ages of pupils: primary up to 10,
    middle from 11 to 13, high from 14 on. To close classes and leave the rest of a school open,
    name the network `school_class` under `target_networks`.
    """

    assumes = (
        "Pupils do not meet elsewhere instead, and contacts at home stay as they were.",
        "Parents go to work as before.",
    )

    title = "School closure"

    share_closed = Probability(
        1.0,
        step=0.05,
        live=True,
        source="assumption: all schools; plausible 0 to 1",
        doc="Share of the contacts at school that falls away.",
    )

    levels = Structure(
        "",
        unit="primary, middle, high",
        source="assumption: all levels; ages as in the schools of the United States",
        doc="Levels whose pupils stay away. Empty: all.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        return 1.0 - values.share_closed if network.startswith("school") else 1.0

    @classmethod
    def selections(cls, values: Values) -> tuple[Selection, ...]:
        levels = (LEVELS[level] for level in _levels_in(values.levels))
        pupils = (Selection(age_min=first, age_max=last) for first, last in levels)
        return *super().selections(values), *pupils

    @classmethod
    def target(cls, values: Values, people: People) -> Bool[np.ndarray, " agents"] | None:
        target, levels = super().target(values, people), cls.selections(values)[1:]
        if not levels:
            return target
        pupils = np.logical_or.reduce([level.of(people) for level in levels])
        return pupils if target is None else pupils & target


def _levels_in(text: str) -> list[str]:
    levels = [level.strip() for level in text.split(",") if level.strip()]
    for level in levels:
        if level not in LEVELS:
            hint = did_you_mean(level, LEVELS)
            raise ProjectError(f'there is no level of schools "{level}".{hint}', place="levels")
    return levels
