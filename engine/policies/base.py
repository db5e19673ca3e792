"""The abstract base of policies."""

from typing import ClassVar

import numpy as np

from populace.engine.component import Component, Values
from populace.engine.policies._delivery import Delivery
from populace.engine.policies._schedule import TRIGGERS
from populace.engine.protection import Protection
from populace.engine.quantities import Structure
from populace.engine.world import World

FOREVER = 36_500


class Policy(Component):
    """What an authority does, from a day or a situation on.

    A policy scales transmission on the networks that it reaches (`factor`), or acts on single
    people (`delivery`, with the protection of each `standing`), or both.
    """

    family: ClassVar[str] = "policies"
    needs: ClassVar[str] = ""  # another policy without which this one does nothing

    start_day = Structure(
        0,
        bounds=(0, FOREVER),
        unit="day of the run",
        source="assumption: from the beginning",
        doc="First day on which the policy may be in force.",
    )
    end_day = Structure(
        FOREVER,
        bounds=(0, FOREVER),
        unit="day of the run",
        source="assumption: to the end",
        doc="From this day on it is not.",
    )
    fade_in_days = Structure(
        0,
        bounds=(0, 365),
        unit="days",
        source="assumption: in full force at once",
        doc="In how many days it comes into full force, evenly.",
    )
    trigger = Structure(
        "none",
        choices=TRIGGERS,
        source="assumption: by dates alone",
        doc="What must be reached for the policy to be in force: infections of the last seven "
        "days, or people in hospital or intensive care now, per 100,000 people.",
    )
    trigger_on = Structure(
        50.0,
        bounds=(0, 100_000),
        unit="per 100,000 people",
        source="assumption; 50 infections a week was the German threshold of 2020",
        doc="The policy comes into force when the trigger's figure reaches this.",
    )
    trigger_off = Structure(
        25.0,
        bounds=(0, 100_000),
        unit="per 100,000 people",
        source="assumption: half of the threshold for its beginning",
        doc="It ends when the figure falls below this.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        """Return what is left of transmission on a kind of network, in full force."""
        return 1.0

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        """Return what each standing changes; the first is that of people whom it never reached."""
        return ()

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery | None:
        """Return what acts on single people in one run, or None."""
        return None
