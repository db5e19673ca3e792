"""The abstract base of policies."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from jaxtyping import Bool

from populace.engine import selection_settings as chosen
from populace.engine.component import Component, Values
from populace.engine.diseases.base import State
from populace.engine.people import People
from populace.engine.policies._delivery import Delivery
from populace.engine.policies._schedule import TRIGGERS
from populace.engine.protection import Protection
from populace.engine.quantities import Probability, Structure
from populace.engine.selection import Selection
from populace.engine.world import World

FOREVER = 36_500


class Policy(Component):
    """What an authority does, from a day or a situation on.

    A policy scales transmission on the networks that it reaches (`factor`), or acts on single
    people (`delivery`, with the protection of each `standing`), or both. It may be for some people
    alone, its target: then it scales the contacts of those, or acts on nobody else.
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

    target_age_min = chosen.youngest(
        "assumption: for everybody",
        "Age from which on the policy is for people.",
    )
    target_age_max = chosen.oldest(
        "assumption: for everybody",
        "Age up to which, and including it, the policy is for people.",
    )
    target_places = chosen.places(
        "assumption: everywhere",
        "Regions, or groups of regions, whose people the policy is for. Empty: everywhere.",
    )
    target_attribute = chosen.name(
        "assumption: for everybody",
        "The attribute by which people are chosen, such as an occupation. Empty: none.",
    )
    target_values = chosen.values(
        "assumption: for everybody",
        "Which of its people the policy is for: categories, with commas, or conditions on a "
        "number, such as >= 3. Empty: yes.",
    )
    target_networks = Structure(
        "",
        unit="names, with commas",
        source="assumption: all that the policy reaches",
        doc="Networks on which contacts fall away, of those that the policy reaches. Empty: all.",
    )
    coverage = Probability(
        1.0,
        step=0.01,
        source="assumption: everybody whom it is for; plausible .3 to 1",
        doc="Share of the people it is for whom the policy reaches, the same ones throughout.",
    )

    def require(
        self, states: Sequence[State], networks: Sequence[str], policies: Sequence[str]
    ) -> None:
        """Raise a `ProjectError` if it finds nothing to act on in the rest of the project.

        That is the states of the disease, and the kinds of networks and policies.
        """

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        """Return what is left of transmission on a kind of network, in full force."""
        return 1.0

    @classmethod
    def factor_of_one(cls, values: Values, network: str, at_home: bool) -> float:
        """Return what is left of a contact of which one side alone is in the target.

        At least what `factor` leaves of one between two of the target.
        """
        return cls.factor(values, network, at_home)

    @classmethod
    def between_regions(cls, values: Values, network: str, at_home: bool) -> float:
        """Return what is left of a contact between people of different regions, in full force."""
        return 1.0

    @classmethod
    def selections(cls, values: Values) -> tuple[Selection, ...]:
        """Return the selections of people among the settings; the first is the target."""
        return (Selection.read(values, "target_"),)

    @classmethod
    def target(cls, values: Values, people: People) -> Bool[np.ndarray, " agents"] | None:
        """Mark whom the policy is for; None for everybody."""
        selection = cls.selections(values)[0]
        return None if selection.is_everybody else selection.of(people)

    @classmethod
    def share_reached(cls, values: Values) -> float:
        """Return the share of those it is for whom the policy reaches."""
        return values.coverage

    @classmethod
    def check(cls, values: Values) -> None:
        """Raise a `ProjectError` for settings that do not go together."""
        for selection in cls.selections(values):
            selection.check()

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        """Return what each standing changes; the first is that of people whom it never reached."""
        return ()

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery | None:
        """Return what acts on single people in one run, or None."""
        return None
