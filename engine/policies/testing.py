"""Testing of people with symptoms, and of others at random; isolation of those found."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float64, Int32

from populace.engine.component import Values
from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.policies._delivery import Assignment, Delivery, Diary, drawn, share_of
from populace.engine.policies._sampling import some_of
from populace.engine.policies._situation import Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Probability, Quantity, Structure
from populace.engine.world import World

FREE, ISOLATED = 0, 1
RESULT = 2  # in the diary only: a positive result arrives

KUCIRKA = "Kucirka et al. 2020, Ann Intern Med 173:262"
DINNES = "Dinnes et al. 2021, Cochrane CD013705"
PCR, ANTIGEN, CONSTANT = "PCR", "antigen", "the same on every day"
ONSET = 5.0  # day since infection on which the curves have the first symptoms
# Days since infection, and the share found against that of the best day.
CURVES = {
    # Kucirka et al.: 0, 33, 62, 80, 79 and 34 %; that nothing is found after 35 days is assumed.
    PCR: ((1, 4, 5, 8, 9, 21, 35), np.array([0.0, 0.33, 0.62, 0.80, 0.79, 0.34, 0.0]) / 0.80),
    # Dinnes et al.: 78 % in the first week of symptoms, 51 % in the second; the ends are assumed.
    ANTIGEN: ((2, 5, 11, 15, 21), np.array([0.0, 0.78, 0.78, 0.51, 0.0]) / 0.78),
}


class Testing(Policy):
    """A share of those with new symptoms is tested, and some of the others at random.

    Who is positive isolates after the result. People with symptoms come first; where they are more
    than the tests of a day, chance decides, and who goes without gets none later. In a disease
    without symptoms only the others are tested.

    A test finds the infected by the days since their infection: PCR also many who are well again,
    antigen hardly anybody outside the days of high load. The curves are those of COVID-19, drawn
    out or together where another disease has its symptoms on another day. A positive test of
    somebody whom it did not find is a false one: they isolate, and are traced, like the others.
    Of those who are drawn at random, the ones with symptoms, in hospital or in isolation are not
    tested, and nobody else is tested instead.
    """

    assumes = (
        "Nobody isolates before the result.",
        "Isolation reduces contacts outside the home, and not those at home.",
        "What a test finds depends on the days since infection alone; each is drawn by itself.",
    )

    title = "Testing and isolation"

    share_tested = Probability(
        0.5,
        step=0.01,
        live=True,
        source="assumption; plausible .05 to .9",
        doc="Share of people with new symptoms who come for a test.",
    )
    share_screened = Probability(
        0.0,
        step=0.001,
        live=True,
        unit="share a day",
        source="assumption: nobody; plausible 0 to .15, once a week",
        doc="Share of people without symptoms who are tested on a day, drawn anew every day.",
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
    test = Structure(
        PCR,
        choices=(PCR, ANTIGEN, CONSTANT),
        source=f"{KUCIRKA}, for PCR; {DINNES}, for antigen",
        doc="How what the test finds changes with the days since infection. The same on every day: "
        "it finds those who are latent, infectious, ill or in hospital.",
    )
    sensitivity = Probability(
        0.8,
        step=0.01,
        live=True,
        source=f"PCR: 80 % eight days after infection, 62 % on the day of symptoms ({KUCIRKA}); "
        f"antigen: 78 % in the first week of symptoms ({DINNES}); plausible .5 to .95",
        doc="Share of the infected whom the test finds on its best day, or on every day.",
    )
    days_to_symptoms = Quantity(
        5.0,
        bounds=(1, 30),
        step=0.5,
        unit="days",
        source=f"{KUCIRKA}: symptoms on day 5; another disease has its own incubation period",
        doc="Days from infection to symptoms to which the curve is drawn out.",
    )
    specificity = Probability(
        0.996,
        step=0.001,
        live=True,
        source=f"antigen: 99.6 % ({DINNES}); PCR: assumption; plausible .97 to 1",
        doc="Share of those whom there is nothing to find in who are negative.",
    )
    delay_days = Structure(
        2,
        bounds=(0, 30),
        unit="days",
        source="assumption; plausible 0 to 5",
        doc="Days from the test, the morning after symptoms, to the result: isolation begins then.",
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
    with_household = Structure(
        False,
        bounds=(0, 1),
        unit="yes or no",
        source="assumption: those found alone",
        doc="Whether the others of their household isolate as well, as many of them comply.",
    )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        return NONE, Protection(outside=1.0 - values.reduction)

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Tests(world.agent_count)


class _Tests(Delivery):
    """Results to come, and who isolates until when. A day costs its tests."""

    def __init__(self, agent_count: int) -> None:
        self._diary = Diary()
        # By agent: last day of isolation. Memory is taken where it is written.
        self._until = np.zeros(agent_count, np.int32)
        self._listed: np.ndarray | None = None  # those of the target
        self._owed = 0.0  # of a test: shares of small places are no whole numbers
        self._tests = self._screened = self._positive = self._false = 0
        self._found = np.empty(0, np.int32)

    def limit(self, target: Bool[np.ndarray, " agents"]) -> None:
        super().limit(target)
        self._listed = np.flatnonzero(target)

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        day = situation.day
        self._until[situation.newborn] = 0
        if strength > 0.0:
            tested = self._tested(situation, values, strength)
            positive = self._positives(situation, values, tested)
            self._diary.put(situation, values.delay_days, positive, RESULT)
        results = []
        for agents, standing in self._diary.due(situation):
            if standing == FREE:
                yield Assignment(agents[self._until[agents] == day], FREE)
                continue
            results.append(agents)
            isolating = self._isolating(situation, values, agents)
            self._until[isolating] = day + values.isolation_days
            self._diary.put(situation, values.isolation_days, isolating, FREE)
            yield Assignment(isolating, ISOLATED)
        self._found = np.concatenate([*results, np.empty(0, np.int32)])

    @property
    def found(self) -> Int32[np.ndarray, " found"]:
        return self._found

    def counts(self) -> dict[str, int]:
        return {
            "tests": self._tests,
            "screened": self._screened,
            "positive": self._positive,
            "false_positive": self._false,
        }

    def copy(self) -> Delivery:
        twin = super().copy()
        assert isinstance(twin, _Tests)
        # Written in place, for a day changes few of its rows.
        twin._until = self._until.copy()
        return twin

    def _tested(
        self, situation: Situation, values: Values, strength: float
    ) -> Int32[np.ndarray, " tested"]:
        """Return who is tested today: those with new symptoms, then others."""
        ill = self.within(situation.entered(lambda state: state.symptomatic))
        ill = self._chosen(situation, "comes", ill, values.share_tested * strength)
        most = int(values.tests_per_day * strength)
        if len(ill) > most:
            turn = drawn(ill, situation.run_key, f"{self.path}.turn", situation.day)
            ill = np.sort(ill[np.argsort(turn, kind="stable")[:most]])
        others = self._others(situation, values.share_screened * strength, most - len(ill))
        self._tests += len(ill) + len(others)
        self._screened += len(others)
        return np.concatenate([ill, others])

    def _others(
        self, situation: Situation, share: float, most: int
    ) -> Int32[np.ndarray, " screened"]:
        """Draw people, and return those of them who have no symptoms and do not isolate."""
        listed = self._listed
        people = situation.people.agent_count if listed is None else len(listed)
        wanted = share * people + self._owed
        self._owed = wanted - int(wanted)
        name, number = f"{self.path}.screen", min(int(wanted), most)
        chosen = some_of(people, number, situation.run_key, name, situation.day)
        agents = (chosen if listed is None else listed[chosen]).astype(np.int32)
        well = np.array(
            [
                not (state.symptomatic or state.in_hospital or state.role == "dead")
                for state in situation.states
            ]
        )
        return agents[well[situation.state_of(agents)] & (self._until[agents] <= situation.day)]

    def _positives(
        self, situation: Situation, values: Values, tested: np.ndarray
    ) -> Int32[np.ndarray, " positive"]:
        """Return who of the tested will turn out to be positive, rightly or not."""
        draws = drawn(tested, situation.run_key, f"{self.path}.positive", situation.day)
        draws = draws.astype(np.float64) / 2.0**32  # exact
        is_found = draws < self._chance(situation, values, tested)
        positive = is_found | (draws < 1.0 - values.specificity)
        self._positive += int(positive.sum())
        self._false += int((positive & ~is_found).sum())
        return tested[positive]

    @staticmethod
    def _chance(
        situation: Situation, values: Values, tested: np.ndarray
    ) -> Float64[np.ndarray, " tested"]:
        """Return the chance that the test finds each of the tested."""
        states = situation.state_of(tested)
        if values.test == CONSTANT:
            present = [
                state.symptomatic or state.in_hospital or state.role in INFECTED_ROLES
                for state in situation.states
            ]
            return values.sensitivity * np.array(present)[states]
        lag = situation.day - situation.infected_on(tested)
        days, relative = CURVES[values.test]
        found = np.interp(lag * (ONSET / values.days_to_symptoms), days, relative)
        return np.where(states == 0, 0.0, values.sensitivity * found)

    def _isolating(
        self, situation: Situation, values: Values, found: np.ndarray
    ) -> Int32[np.ndarray, " isolating"]:
        """Return who isolates from today on, each once."""
        if values.with_household:
            dwelling = situation.people.dwelling
            homes = np.unique(dwelling[found])
            first = np.searchsorted(dwelling, homes, "left")
            sizes = np.searchsorted(dwelling, homes, "right") - first
            before = np.cumsum(sizes) - sizes
            within = np.arange(sizes.sum()) - np.repeat(before, sizes)
            found = (np.repeat(first, sizes) + within).astype(np.int32)
        return self._chosen(situation, "complies", np.unique(found), values.compliance)

    def _chosen(
        self, situation: Situation, what: str, agents: np.ndarray, share: float
    ) -> Int32[np.ndarray, " chosen"]:
        draws = drawn(agents, situation.run_key, f"{self.path}.{what}", situation.day)
        return agents[share_of(draws, share)]
