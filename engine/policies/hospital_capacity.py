"""Hospital beds and intensive care as a capacity, and worse outcomes beyond it."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from populace.engine.component import Values
from populace.engine.diseases.base import State
from populace.engine.errors import ProjectError
from populace.engine.policies._delivery import Assignment, Delivery, drawn, share_of
from populace.engine.policies._situation import Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Quantity
from populace.engine.world import World

CARED_FOR, WITHOUT_BED, WITHOUT_INTENSIVE_CARE = 0, 1, 2


class HospitalCapacity(Policy):
    """Where patients are more than beds, some of the new ones go without, and more of them die.

    Whoever enters hospital or intensive care is without a bed with the chance (patients - beds) /
    patients of that evening, and remains so for the whole stay: beds that become free later are
    those of later patients. Stays do not become shorter, nobody is sent home, and patients go to
    wherever in the model a bed is free. Patients are in states of the colour hospital; where the
    name of the state begins with intensive they need intensive care, else a bed. The share that
    dies is multiplied up to 1; the other ways out shrink in proportion.
    """

    assumes = (
        "Beds and intensive care are one pool for all people of the model.",
        "Whoever enters while it is full bears the risk to the end of the stay.",
    )

    title = "Hospital capacity"

    beds = Quantity(
        100.0,
        bounds=(0, 2_000),
        step=1,
        live=True,
        unit="beds per 100,000 people",
        source="assumption: about a third of all beds is free; the United States had 2.8 and the "
        "OECD 4.3 beds per 1,000 people in 2021 (OECD, Health at a Glance 2023); plausible 20 to "
        "500",
        doc="Beds for people with this disease, intensive care not counted.",
    )
    intensive_beds = Quantity(
        10.0,
        bounds=(0, 200),
        step=0.5,
        live=True,
        unit="beds per 100,000 people",
        source="assumption: most of the 11.5 per 100,000 of Europe, 4.2 in Portugal to 29.2 in "
        "Germany (Rhodes et al. 2012, Intensive Care Med 38:1647); plausible 2 to 35",
        doc="Beds in intensive care for people with this disease.",
    )
    deaths_without_bed = Quantity(
        1.5,
        bounds=(1, 10),
        step=0.1,
        live=True,
        unit="x",
        source="assumption; plausible 1 to 3",
        doc="By how much the share that dies is multiplied for patients without a bed.",
    )
    deaths_without_intensive_care = Quantity(
        1.8,
        bounds=(1, 10),
        step=0.1,
        live=True,
        unit="x",
        source="assumption: nine in ten die where half would die with care; plausible 1.2 to 2",
        doc="By how much the share that dies is multiplied for those who need intensive care and "
        "have none.",
    )

    def require(
        self, states: Sequence[State], networks: Sequence[str], policies: Sequence[str]
    ) -> None:
        if not any(state.in_hospital for state in states):
            raise ProjectError(
                "does nothing: nobody with this disease goes to hospital. Remove it, or choose a "
                "disease with a state of the colour hospital, such as covid_like."
            )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        return (
            NONE,
            Protection(deaths=values.deaths_without_bed),
            Protection(deaths=values.deaths_without_intensive_care),
        )

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Beds()


class _Beds(Delivery):
    """Gives yesterday's patients a bed or none. It costs the admissions of a day."""

    def __init__(self) -> None:
        self._without = [0, 0]

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        kinds: tuple[tuple[int, float, Callable[[State], bool]], ...] = (
            (WITHOUT_BED, values.beds, _on_ward),
            (WITHOUT_INTENSIVE_CARE, values.intensive_beds, _in_intensive_care),
        )
        found = [0, 0]
        for standing, beds, there in kinds:
            patients = situation.total(there)
            room = beds * situation.people.agent_count / 1e5
            share = strength * max(0.0, patients - room) / max(1, patients)
            entered = self.within(situation.entered(there))
            draws = drawn(entered, situation.run_key, f"{self.path}.{standing}", situation.day)
            without = share_of(draws, share)
            found[standing - 1] = int(without.sum())
            # Also those with a bed: an earlier stay may have been without.
            yield Assignment(entered[~without], CARED_FOR)
            yield Assignment(entered[without], standing)
        self._without = [before + more for before, more in zip(self._without, found, strict=True)]

    def counts(self) -> dict[str, int]:
        return {"without_bed": self._without[0], "without_intensive_care": self._without[1]}


def _on_ward(state: State) -> bool:
    return state.in_hospital and not state.in_intensive_care


def _in_intensive_care(state: State) -> bool:
    return state.in_intensive_care
