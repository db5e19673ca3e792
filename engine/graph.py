"""A disease's graph of states as integer tables."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float64, Int16, Int64, UInt8, UInt32, UInt64

from populace.engine.component import Values
from populace.engine.diseases.base import INFECTED_ROLES, ROLES, Disease, State
from populace.engine.errors import ProjectError
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.protection import less_often, more_often
from populace.engine.tables import dwell_table, relative_thresholds, share_thresholds

# State and age band share one 16-bit word of four bits each; value 15 marks a target in the kernel.
STATES_MAX = 15
STRAINS_MAX = 16  # the kernels write the number of a strain in four bits


@dataclass(frozen=True)
class Graph:
    """Exits of state s are the rows ``first_exit[s]:first_exit[s + 1]`` of the exit tables."""

    states: tuple[State, ...]
    entries: UInt8[np.ndarray, "strains states"]  # that infection leads to, by the state before
    strain: UInt8[np.ndarray, " states"]
    # Relative susceptibility, 16 bits, by strain of the infector and state of the target; without
    # strains where the susceptible state alone can be infected, by one strain.
    catch: UInt32[np.ndarray, "strains_or_none states"]
    escapes: tuple[float, ...]  # by strain
    interrupts: bool  # whether an infection or a death can end a stay before its time
    turnover: bool  # whether people are born, die and grow older
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

    @property
    def entry(self) -> int:
        """Return the state that infection of the susceptible with the first strain leads to."""
        return int(self.entries[0, 0])

    def shares_at_risk(
        self, symptoms: float, severe: float, deaths: float
    ) -> UInt64[np.ndarray, "exits bands"]:
        """Return the thresholds of people whose symptoms, severe courses, deaths are not as usual.

        Deaths are those of people in hospital, and more frequent; the others are rarer.
        """
        thresholds = self.shares.copy()
        for before in range(self.state_count):
            rows = slice(self.first_exit[before], self.first_exit[before + 1])
            after = [self.states[state] for state in self.after[rows]]
            chances = self.chances[rows]
            if not after:
                continue
            if not _is_severe(self.states[before]):
                chances = less_often(chances, [state.symptomatic for state in after], symptoms)
                chances = less_often(chances, [_is_severe(state) for state in after], severe)
            elif self.states[before].in_hospital and deaths != 1.0:
                chances = more_often(chances, [state.colour == "dead" for state in after], deaths)
            else:
                continue
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
    strains = disease.strains(values)
    _check_strains(states, len(strains), {exit_.after for exit_ in exits})
    catch, entries = _strain_tables(states, len(strains), index)
    start = values.initial_state or states[1].name
    if start not in index or start == states[0].name:
        raise ProjectError(
            f'"{start}" is no state of {disease.kind_name()} for the first infected.'
            f" Known: {', '.join(list(index)[1:])}.",
            place="disease.initial_state",
        )
    return Graph(
        states=states,
        entries=entries,
        strain=np.array([state.strain for state in states], np.uint8),
        catch=catch,
        escapes=tuple(strain.escape for strain in strains),
        interrupts=any(
            state.catches and first[row] < first[row + 1]
            for row, state in enumerate(states[1:], start=1)
        )
        or values.turnover,
        turnover=values.turnover,
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
    return state.in_hospital or state.colour == "dead"


def _strain_tables(
    states: tuple[State, ...], strains: int, index: Mapping[str, int]
) -> tuple[UInt32[np.ndarray, "strains_or_none states"], UInt8[np.ndarray, "strains states"]]:
    """Return how susceptible each state is to each strain, and where infection leads."""
    entries = np.ones((strains, len(states)), np.uint8)
    relative = np.zeros((strains, len(states)))
    for column, state in enumerate(states):
        for strain, catch in enumerate(state.catches):
            relative[strain, column] = catch.relative
            entries[strain, column] = index[catch.into]
    if not any(state.catches for state in states):
        relative = relative[:0]
    return (relative * 65_536.0).astype(np.uint32), entries


def _check_strains(states: tuple[State, ...], strains: int, after: Set[str]) -> None:
    if strains > STRAINS_MAX:
        raise ProjectError(f"a disease has at most {STRAINS_MAX} strains, not {strains}")
    several = strains > 1 or any(state.catches for state in states)
    infecting = {state.name: state for state in states if state.role in INFECTED_ROLES}
    for row, state in enumerate(states):
        if state.strain >= strains:
            raise ProjectError(f'there is no strain {state.strain}: "{state.name}"')
        if len(state.catches) not in ((strains,) if several and row == 0 else (0, strains)):
            raise ProjectError(f'must say how each strain is caught: "{state.name}"')
        if state.catches and state.role not in ("susceptible", "removed"):
            raise ProjectError(f'nobody who is {state.role} catches another strain: "{state.name}"')
        for strain, catch in enumerate(state.catches):
            if not 0.0 <= catch.relative <= 1.0:
                raise ProjectError(f"susceptibility to a strain is from 0 to 1: {catch.relative}")
            if catch.into in after or getattr(infecting.get(catch.into), "strain", -1) != strain:
                raise ProjectError(f'infection with strain {strain} cannot lead to "{catch.into}"')


def _check_states(states: tuple[State, ...]) -> None:
    if not 2 <= len(states) <= STATES_MAX:
        raise ProjectError(f"a disease has 2 to {STATES_MAX} states, not {len(states)}")
    if states[0].role != "susceptible" or any(s.role == "susceptible" for s in states[1:]):
        raise ProjectError("the first state of a disease, and it alone, is susceptible")
    for state in states:
        if state.role not in ROLES:
            raise ProjectError(f'"{state.role}" is no role of a state: {", ".join(ROLES)}')
