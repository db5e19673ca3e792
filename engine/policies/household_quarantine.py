"""Quarantine of the households of people with symptoms."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Int64

from populace.engine.component import Values
from populace.engine.people import People
from populace.engine.policies._delivery import Assignment, Delivery, drawn, share_of
from populace.engine.policies._situation import Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Probability, Structure
from populace.engine.world import World

REPORT_9 = "Ferguson et al. 2020, Imperial College Report 9"
FREE, AT_HOME = 0, 1


class HouseholdQuarantine(Policy):
    """When somebody has symptoms, some households stay at home, all members, for some days.

    Whether a household complies is drawn once and for all. A second case renews the quarantine.
    Contacts at home stay as they were; Report 9 doubles them, which is left out here. In a disease
    without symptoms nobody is ever in quarantine. With a target, those members of the household who
    are in it stay at home, whoever of the household falls ill.
    """

    assumes = (
        "Somebody with symptoms is noticed at home on the next morning.",
        "Whether a household complies is settled once and for all.",
        "Contacts at home stay as they were.",
    )

    title = "Household quarantine"

    compliance = Probability(
        0.5,
        step=0.01,
        live=True,
        source=f"{REPORT_9}: 50 % of households; plausible .2 to .8",
        doc="Share of households that stay at home.",
    )
    reduction = Probability(
        0.75,
        step=0.01,
        live=True,
        source=f"{REPORT_9}: 75 %; plausible .5 to 1",
        doc="Share of their contacts outside the home that falls away.",
    )
    days = Structure(
        14,
        bounds=(1, 60),
        unit="days",
        source=f"{REPORT_9}: 14 days",
        doc="How long a household stays at home after a case.",
    )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        return NONE, Protection(outside=1.0 - values.reduction)

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Quarantine(world.people)


class _Quarantine(Delivery):
    """Who stays at home until when; a household is a range of rows."""

    of_places = True  # who is born into a household in quarantine stays at home with it

    def __init__(self, people: People) -> None:
        sizes = np.bincount(people.dwelling) if people.agent_count else np.zeros(0, np.int64)
        self._first = np.concatenate([[0], np.cumsum(sizes)])
        self._ends: dict[int, Int64[np.ndarray, " households"]] = {}  # of quarantine, by day
        self._until: dict[int, int] = {}  # last day of each household in quarantine
        self._begun = 0
        self._dwelling = people.dwelling
        self._limited: Bool[np.ndarray, " households"] | None = None  # with anybody of the target

    def limit(self, target: np.ndarray) -> None:
        super().limit(target)
        self._limited = np.zeros(len(self._first) - 1, np.bool_)
        self._limited[self._dwelling[target]] = True

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        day = situation.day
        ending = self._ends.pop(day, np.empty(0, np.int64)).tolist()
        over = [one for one in ending if self._until.get(one) == day]
        for one in over:
            del self._until[one]
        yield Assignment(self._members(np.array(over, np.int64)), FREE)
        if strength == 0.0:
            return
        ill = situation.entered(lambda state: state.symptomatic)
        homes = np.unique(situation.people.dwelling[ill]).astype(np.int64)
        homes = homes if self._limited is None else homes[self._limited[homes]]
        draws = drawn(homes, situation.run_key, "household_quarantine")
        homes = homes[share_of(draws, values.compliance * strength)]
        self._ends[day + values.days] = homes
        self._begun += sum(one not in self._until for one in homes.tolist())
        self._until |= dict.fromkeys(homes.tolist(), day + values.days)
        yield Assignment(self._members(homes), AT_HOME)

    def counts(self) -> dict[str, int]:
        return {"quarantines": self._begun}

    def _members(self, homes: np.ndarray) -> np.ndarray:
        """Return all rows of these households."""
        sizes = self._first[homes + 1] - self._first[homes]
        before = np.cumsum(sizes) - sizes
        within = np.arange(sizes.sum()) - np.repeat(before, sizes)
        return (np.repeat(self._first[homes], sizes) + within).astype(np.int32)
