"""Antiviral treatment soon after symptoms or a positive test."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int32

from populace.engine.component import Values
from populace.engine.diseases.base import INFECTED_ROLES, State
from populace.engine.errors import ProjectError
from populace.engine.policies._delivery import Assignment, Delivery, Diary, drawn, share_of
from populace.engine.policies._situation import Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Probability, Quantity, Structure
from populace.engine.world import World

WITH_SYMPTOMS, FOUND = "with symptoms", "found by tests"
UNTREATED, TREATED = 0, 1


class Treatment(Policy):
    """A share of the ill takes an antiviral at home, which they begin some days after symptoms.

    Until this illness is over they pass on less, and fewer of them go to hospital or die. Who would
    have gone to hospital and is spared recovers on that day: stays are not made shorter. Whoever is
    in hospital or well again before the first dose gets none. Of cases found by tests also those
    are treated who are not infected, which uses up a course and does nothing. Where there are not
    enough courses for a day, chance decides; who gets none that day gets none later.
    """

    assumes = (
        "The effect is the same for all ages, and holds until the illness is over.",
        "Who is not reached in time is not treated at all.",
    )

    title = "Antiviral treatment"

    given_to = Structure(
        WITH_SYMPTOMS,
        choices=(WITH_SYMPTOMS, FOUND),
        source="assumption: doctors treat by symptoms",
        doc="Who may be treated: people with new symptoms, or new positive results of tests.",
    )
    share_treated = Probability(
        0.3,
        step=0.01,
        live=True,
        source="assumption; plausible .02 to .8",
        doc="Share of them who take the treatment.",
    )
    delay_days = Structure(
        3,
        bounds=(1, 30),
        unit="days",
        source="Hammond et al. 2022, N Engl J Med 386:1397: begun within 3 days of symptoms; "
        "plausible 1 to 5",
        doc="Days from symptoms, or from the result, to the first dose, which acts at once.",
    )
    courses_per_day = Quantity(
        20_000.0,
        bounds=(0, 10_000_000),
        step=1_000,
        live=True,
        supply=True,
        unit="courses/day",
        source="assumption: replace with the supply under study",
        doc="People who can begin on a day. Courses that nobody takes are lost.",
    )
    efficacy_severe = Probability(
        0.89,
        step=0.01,
        live=True,
        source="Hammond et al. 2022, N Engl J Med 386:1397: nirmatrelvir 89 % against hospital or "
        "death in unvaccinated people at risk, begun within 3 days; less in the vaccinated; "
        "plausible .3 to .9",
        doc="Relative reduction of hospital and death.",
    )
    efficacy_transmission = Probability(
        0.2,
        step=0.01,
        live=True,
        source="assumption: the virus is cleared sooner, transmission was not measured; plausible "
        "0 to .5",
        doc="Relative reduction of what the treated pass on.",
    )

    def require(
        self, states: Sequence[State], networks: Sequence[str], policies: Sequence[str]
    ) -> None:
        if self.given_to == FOUND and "testing" not in policies:
            raise ProjectError(
                "needs the policy testing, which finds the cases: add {kind: testing}, or write "
                f"given_to: {WITH_SYMPTOMS}.",
                place="given_to",
            )
        if self.given_to == WITH_SYMPTOMS and not any(state.symptomatic for state in states):
            raise ProjectError(
                "does nothing: nobody with this disease has symptoms. Choose another disease, or "
                f"write given_to: {FOUND}.",
                place="given_to",
            )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        treated = Protection(
            infectiousness=1.0 - values.efficacy_transmission,
            severe=1.0 - values.efficacy_severe,
        )
        return NONE, treated

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Courses()


class _Courses(Delivery):
    """Who is waiting for a first dose, and who is under treatment: it costs those two."""

    def __init__(self) -> None:
        self._waiting = Diary()
        self._treated: Int32[np.ndarray, " agents"] = np.empty(0, np.int32)
        self._courses = 0

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        day = situation.day
        still = _in_states(situation, self._treated, _is_treatable)
        yield Assignment(self._treated[~still], UNTREATED)
        self._treated = self._treated[still]
        new = self.within(self._new(situation, values))
        draws = drawn(new, situation.run_key, f"{self.path}.takes", day)
        chosen = new[share_of(draws, values.share_treated * strength)]
        # Symptoms of yesterday are a day old today, and so are yesterday's results.
        self._waiting.put(situation, values.delay_days - 1, chosen, TREATED)
        for agents, _ in self._waiting.due(situation):
            given = self._given(situation, values, agents, strength)
            given = given[_in_states(situation, given, _is_treatable)]
            self._treated = np.union1d(self._treated, given)
            yield Assignment(given, TREATED)

    def counts(self) -> dict[str, int]:
        return {"courses": self._courses}

    @staticmethod
    def _new(situation: Situation, values: Values) -> Int32[np.ndarray, " agents"]:
        if values.given_to == FOUND:
            return np.unique(situation.found)
        return situation.entered(lambda state: state.symptomatic)

    def _given(
        self, situation: Situation, values: Values, agents: np.ndarray, strength: float
    ) -> Int32[np.ndarray, " agents"]:
        """Return who begins today, as far as courses reach; one due day is looked at once."""
        wanted = _is_at_home if values.given_to == FOUND else _is_ill
        agents = agents[_in_states(situation, agents, wanted)]
        most = int(values.courses_per_day * strength)
        if len(agents) > most:
            turn = drawn(agents, situation.run_key, f"{self.path}.turn", situation.day)
            agents = np.sort(agents[np.argsort(turn, kind="stable")[:most]])
        self._courses += len(agents)
        return agents


def _in_states(
    situation: Situation, agents: np.ndarray, chosen: Callable[[State], bool]
) -> Bool[np.ndarray, " agents"]:
    """Mark the agents who are in one of the chosen states."""
    wanted = np.array([chosen(state) for state in situation.states])
    return wanted[situation.state_of(agents)]


def _is_treatable(state: State) -> bool:
    return not state.in_hospital and (state.symptomatic or state.role in INFECTED_ROLES)


def _is_ill(state: State) -> bool:
    return state.symptomatic and not state.in_hospital


def _is_at_home(state: State) -> bool:
    return state.role != "dead" and not state.in_hospital
