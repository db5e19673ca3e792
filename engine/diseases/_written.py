"""Reads a disease's graph that is written in a project file, and finds its faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from populace.engine.diseases._written_values import (
    by_age,
    choice,
    known_keys,
    list_of,
    mapping,
    number,
    required,
    short,
    switch,
)
from populace.engine.diseases._written_ways import check_ways, read_transitions
from populace.engine.diseases.base import COLOURS, ROLES, State, Transition, everyone
from populace.engine.errors import ProjectError
from populace.engine.graph import STATES_MAX

TEXT_MAX = 60
INFECTIOUSNESS_MAX = 1_000.0

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COLOUR_OF_ROLE = {"latent": "exposed", "removed": "recovered"}
_GRAPH_KEYS = ("states", "transitions", "susceptibility")
_STATE_KEYS = ("name", "label", "role", "colour", "infectiousness", "symptomatic", "intensive_care")


@dataclass(frozen=True)
class Written:
    """A graph that was read and found usable."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    susceptibility: tuple[float, ...]  # by age band


def read_graph(graph: Mapping[str, Any]) -> Written:
    """Return the parts of a written graph; the first fault is a `ProjectError`."""
    known_keys(graph, _GRAPH_KEYS, "")
    states = _states(graph)
    transitions = read_transitions(graph, states)
    check_ways(states, transitions)
    return Written(states, transitions, _susceptibility(graph))


def _states(graph: Mapping[str, Any]) -> tuple[State, ...]:
    listed = list_of(graph, "states", "{name: ill, role: infectious}")
    if not 2 <= len(listed) <= STATES_MAX:
        raise ProjectError(
            f"must have 2 to {STATES_MAX} states, not {len(listed)}: join some or add one.",
            place="states",
        )
    states = tuple(_state(part, f"states[{row}]") for row, part in enumerate(listed))
    first_row: dict[str, int] = {}
    for row, state in enumerate(states):
        if state.name in first_row:
            raise ProjectError(
                f'"{state.name}" already is the name of states[{first_row[state.name]}]: '
                "give each state a name of its own.",
                place=f"states[{row}].name",
            )
        first_row[state.name] = row
        if (state.role == "susceptible") != (row == 0):
            cure = "write susceptible" if row == 0 else "only states[0] is susceptible"
            raise ProjectError(
                f"the first state, and it alone, is susceptible; this is {state.role}: {cure}.",
                place=f"states[{row}].role",
            )
    if not any(state.role == "infectious" for state in states):
        raise ProjectError(
            "no state is infectious, so nobody would infect anybody: "
            "give one of them role: infectious.",
            place="states",
        )
    return states


def _state(part: object, place: str) -> State:
    written = mapping(part, place, "{name: ill, role: infectious}")
    known_keys(written, _STATE_KEYS, place)
    name = required(written, "name", place, "name: ill")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ProjectError(
            f"must be a word of small letters, digits and _, at most 40, not {short(name)}.",
            place=f"{place}.name",
        )
    role = choice(required(written, "role", place, "role: infectious"), ROLES, f"{place}.role")
    colour = choice(
        written.get("colour", _COLOUR_OF_ROLE.get(role, role)), COLOURS, f"{place}.colour"
    )
    label = written.get("label", name.replace("_", " ").capitalize())
    if (
        not isinstance(label, str)
        or not label.strip()
        or len(label) > TEXT_MAX
        or not label.isprintable()
    ):
        raise ProjectError(
            f"must be one line of 1 to {TEXT_MAX} letters, not {short(label)}.",
            place=f"{place}.label",
        )
    symptomatic = switch(written, "symptomatic", place)
    intensive = switch(written, "intensive_care", place) if "intensive_care" in written else None
    infects = _infectiousness(written, role, f"{place}.infectiousness")
    return State(name, label.strip(), role, colour, infects, symptomatic, intensive=intensive)


def _infectiousness(written: Mapping[str, Any], role: str, place: str) -> float:
    usual = 1.0 if role == "infectious" else 0.0
    value = number(written.get("infectiousness", usual), 0.0, INFECTIOUSNESS_MAX, place)
    if (value > 0) != (role == "infectious"):
        cure = "write role: infectious, or leave it out" if value > 0 else "write 1, or a weight"
        raise ProjectError(
            f"a state with role {role} cannot have infectiousness {value:g}: {cure}.", place=place
        )
    return value


def _susceptibility(graph: Mapping[str, Any]) -> tuple[float, ...]:
    if "susceptibility" not in graph:
        return everyone()
    found = by_age(graph["susceptibility"], 1_000.0, "susceptibility")
    if max(found) == 0:
        raise ProjectError(
            "nobody can be infected: write a number above 0 for one age band.",
            place="susceptibility",
        )
    return found
