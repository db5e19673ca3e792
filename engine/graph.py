"""A disease's graph of states as integer tables."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float64, Int16, Int64, UInt8, UInt32, UInt64

from populace.engine.component import Values
from populace.engine.diseases.base import ROLES, Disease, State
from populace.engine.errors import ProjectError
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.protection import less_often
from populace.engine.tables import dwell_table, relative_thresholds, share_thresholds

# State and age band share one 16-bit word of four bits each; value 15 marks a target in the kernel.
STATES_MAX = 15


@dataclass(frozen=True)
class Graph:
    """Exits of state s are the rows ``first_exit[s]:first_exit[s + 1]`` of the exit tables."""

    states: tuple[State, ...]
    entry: int  # the state that infection leads to
    start: int  # the state of the first infected
    first_exit: Int64[np.ndarray, " states_and_end"]
    after: UInt8[np.ndarray, " exits"]
    shares: UInt64[np.ndarray, "exits bands"]
    chances: Float64[np.ndarray, "exits bands"]  # the same before they became thresholds
    dwell: Int16[np.ndarray, "exits entries"]
    infectious: Bool[np.ndarray, " states"]
    infectiousness: Float64[np.ndarray, " states"]
    susceptibility: UInt32[np.ndarray, " bands"]  # over the largest, 24 bits
    susceptibility_max: float

    @property
    def state_count(self) -> int:
        return len(self.states)

    def shares_at_risk(self, symptoms: float, severe: float) -> UInt64[np.ndarray, "exits bands"]:
        """Return the thresholds of people whose symptoms or severe courses are rarer than usual."""
        thresholds = self.shares.copy()
        for before in range(self.state_count):
            rows = slice(self.first_exit[before], self.first_exit[before + 1])
            after = [self.states[state] for state in self.after[rows]]
            chances = self.chances[rows]
            if not after or _is_severe(self.states[before]):
                continue
            chances = less_often(chances, [state.symptomatic for state in after], symptoms)
            chances = less_often(chances, [_is_severe(state) for state in after], severe)
            thresholds[rows] = share_thresholds(chances)
        return thresholds


def graph_of(disease: type[Disease], values: Values) -> Graph:
    """Compile a disease with its present values; a graph that cannot be is a `ProjectError`."""
    states = disease.states(values)
    index = {state.name: number for number, state in enumerate(states)}
    _check_states(states)
    exits = sorted(disease.transitions(values), key=lambda exit_: index[exit_.before])
    first = np.searchsorted([index[exit_.before] for exit_ in exits], np.arange(len(states) + 1))
    if first[1] > 0:
        raise ProjectError("infection is the only way out of the susceptible state")
    shares = np.array([exit_.share for exit_ in exits]).reshape(-1, AGE_BAND_COUNT)
    thresholds = np.zeros(shares.shape, np.uint64)
    for low, high in pairwise(first):
        if low < high:
            thresholds[low:high] = share_thresholds(shares[low:high])
    relative = np.array(disease.susceptibility(values))
    start = values.initial_state or states[1].name
    if start not in index or start == states[0].name:
        raise ProjectError(
            f'"{start}" is no state of {disease.kind_name()} for the first infected.'
            f" Known: {', '.join(list(index)[1:])}.",
            place="disease.initial_state",
        )
    return Graph(
        states=states,
        entry=1,
        start=index[start],
        first_exit=first.astype(np.int64),
        after=np.array([index[exit_.after] for exit_ in exits], np.uint8),
        shares=thresholds,
        chances=shares,
        dwell=dwell_table([exit_.dwell.days() for exit_ in exits]),
        infectious=np.array([state.role == "infectious" for state in states]),
        infectiousness=np.array([state.infectiousness for state in states]),
        susceptibility=relative_thresholds(relative, bits=24),
        susceptibility_max=float(relative.max()),
    )


def _is_severe(state: State) -> bool:
    # By colour: who is dead and not yet buried may infect, and has another role.
    return state.colour in ("hospital", "dead")


def _check_states(states: tuple[State, ...]) -> None:
    if not 2 <= len(states) <= STATES_MAX:
        raise ProjectError(f"a disease has 2 to {STATES_MAX} states, not {len(states)}")
    if states[0].role != "susceptible" or any(s.role == "susceptible" for s in states[1:]):
        raise ProjectError("the first state of a disease, and it alone, is susceptible")
    for state in states:
        if state.role not in ROLES:
            raise ProjectError(f'"{state.role}" is no role of a state: {", ".join(ROLES)}')
