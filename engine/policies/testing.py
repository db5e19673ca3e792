"""Tests of people with symptoms, and isolation of those who are found."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int32

from populace.engine.component import Values
from populace.engine.policies._delivery import Assignment, Delivery, Diary, drawn, share_of
from populace.engine.policies._situation import Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Probability, Quantity, Structure
from populace.engine.world import World

FREE, ISOLATED = 0, 1
RESULT = 2  # in the diary only: a positive result arrives


class Testing(Policy):
    """A share of those with new symptoms is tested; who is positive isolates after the result.

    Tests are given in the order of need only by chance: where symptoms are more than the tests of
    a day, some go without. In a disease without symptoms nobody is tested.
    """

    title = "Testing and isolation"

    share_tested = Probability(
        0.5,
        step=0.01,
        live=True,
        source="assumption; plausible .05 to .9",
        doc="Share of people with new symptoms who come for a test.",
    )
    tests_per_day = Quantity(
        100_000.0,
        bounds=(0, 10_000_000),
        step=1_000,
        live=True,
        supply=True,
        unit="tests/day",
        source="assumption: replace with the supply under study",
        doc="Most tests that can be done on a day.",
    )
    sensitivity = Probability(
        0.7,
        step=0.01,
        live=True,
        source="PCR: 62 % on the day of symptoms, 80 % three days later (Kucirka et al. 2020, Ann "
        "Intern Med 173:262); antigen: 72 % (Dinnes et al. 2021, Cochrane CD013705)",
        doc="Share of the infected whom the test finds.",
    )
    delay_days = Structure(
        2,
        bounds=(0, 30),
        unit="days",
        source="assumption; plausible 0 to 5",
        doc="Days from symptoms to the result, which begins the isolation.",
    )
    compliance = Probability(
        0.7,
        step=0.01,
        live=True,
        source="Ferguson et al. 2020, Imperial College Report 9: 70 % of cases; plausible .3 to .9",
        doc="Share of those found who isolate.",
    )
    reduction = Probability(
        0.75,
        step=0.01,
        live=True,
        source="Ferguson et al. 2020, Imperial College Report 9: 75 %; plausible .5 to 1",
        doc="Share of their contacts outside the home that falls away.",
    )
    isolation_days = Structure(
        7,
        bounds=(1, 60),
        unit="days",
        source="Ferguson et al. 2020, Imperial College Report 9: 7 days",
        doc="How long they isolate after the result.",
    )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        return NONE, Protection(outside=1.0 - values.reduction)

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Tests()


class _Tests(Delivery):
    def __init__(self) -> None:
        self._diary = Diary()
        self._tests = self._positive = 0
        self._found = np.empty(0, np.int32)

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        day = situation.day
        if strength > 0.0:
            positive = self._test(situation, values, strength)
            self._diary.put(day + values.delay_days, positive, RESULT)
        results = []
        for agents, standing in self._diary.due(day):
            if standing == FREE:
                yield Assignment(agents, FREE)
                continue
            results.append(agents)
            isolating = self._chosen(situation, "complies", agents, values.compliance)
            yield Assignment(isolating, ISOLATED)
            self._diary.put(day + values.isolation_days, isolating, FREE)
        self._found = np.concatenate([*results, np.empty(0, np.int32)])

    @property
    def found(self) -> Int32[np.ndarray, " found"]:
        return self._found

    def counts(self) -> dict[str, int]:
        return {"tests": self._tests, "positive": self._positive}

    def _test(self, situation: Situation, values: Values, strength: float) -> np.ndarray:
        """Return who was tested today and will turn out to be positive."""
        ill = situation.entered(lambda state: state.symptomatic)
        ill = self._chosen(situation, "comes", ill, values.share_tested * strength)
        most = int(values.tests_per_day * strength)
        if len(ill) > most:
            turn = drawn(ill, situation.run_key, "testing.turn", situation.day)
            ill = np.sort(ill[np.argsort(turn, kind="stable")[:most]])
        self._tests += len(ill)
        positive = self._chosen(situation, "positive", ill, values.sensitivity)
        self._positive += len(positive)
        return positive

    @staticmethod
    def _chosen(situation: Situation, what: str, agents: np.ndarray, share: float) -> np.ndarray:
        draws = drawn(agents, situation.run_key, f"testing.{what}", situation.day)
        return agents[share_of(draws, share)]
