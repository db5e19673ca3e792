"""Reads a disease's graph that is written in a project file, and finds its faults."""

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from populace.engine.diseases.base import (
    COLOURS,
    ROLES,
    Dwell,
    State,
    Transition,
    everyone,
    rest_of,
)
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.graph import STATES_MAX
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.tables import DWELL_DAYS_MAX, SHAPE_MAX, SHAPE_MIN

TRANSITIONS_MAX = 100
TEXT_MAX = 60
INFECTIOUSNESS_MAX = 1_000.0
DEVIATION_MIN, DEVIATION_MAX = 0.05, 3.0  # of the mean: what a table of 1,024 days can hold
SHARE_ERROR = 1e-9
REST = "rest"
Share = tuple[float, ...] | str  # by age band, or REST

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COLOUR_OF_ROLE = {"latent": "exposed", "removed": "recovered"}
_GRAPH_KEYS = ("states", "transitions", "susceptibility")
_STATE_KEYS = ("name", "label", "role", "colour", "infectiousness", "symptomatic")
_TRANSITION_KEYS = ("from", "to", "dwell", "share")
_DWELL_KEYS = {
    "fixed": ("mean",),
    "exponential": ("mean",),
    "gamma": ("mean", "shape"),
    "lognormal": ("mean", "deviation"),
    "table": ("days",),
}


@dataclass(frozen=True)
class Written:
    """A graph that was read and found usable."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    susceptibility: tuple[float, ...]  # by age band


def read_graph(graph: Mapping[str, Any]) -> Written:
    """Return the parts of a written graph; the first fault is a `ProjectError`."""
    _known_keys(graph, _GRAPH_KEYS, "")
    states = _states(graph)
    transitions = _transitions(graph, states)
    _check_ways(states, transitions)
    return Written(states, transitions, _susceptibility(graph))


def _states(graph: Mapping[str, Any]) -> tuple[State, ...]:
    listed = _list_of(graph, "states", "{name: ill, role: infectious}")
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
    written = _mapping(part, place, "{name: ill, role: infectious}")
    _known_keys(written, _STATE_KEYS, place)
    name = _required(written, "name", place, "name: ill")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ProjectError(
            f"must be a word of small letters, digits and _, at most 40, not {_short(name)}.",
            place=f"{place}.name",
        )
    role = _choice(_required(written, "role", place, "role: infectious"), ROLES, f"{place}.role")
    colour = _choice(
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
            f"must be one line of 1 to {TEXT_MAX} letters, not {_short(label)}.",
            place=f"{place}.label",
        )
    symptomatic = written.get("symptomatic", False)
    if not isinstance(symptomatic, bool):
        raise ProjectError(
            f"must be true or false, not {_short(symptomatic)}.", place=f"{place}.symptomatic"
        )
    infects = _infectiousness(written, role, f"{place}.infectiousness")
    return State(name, label.strip(), role, colour, infects, symptomatic)


def _infectiousness(written: Mapping[str, Any], role: str, place: str) -> float:
    usual = 1.0 if role == "infectious" else 0.0
    value = _number(written.get("infectiousness", usual), 0.0, INFECTIOUSNESS_MAX, place)
    if (value > 0) != (role == "infectious"):
        cure = "write role: infectious, or leave it out" if value > 0 else "write 1, or a weight"
        raise ProjectError(
            f"a state with role {role} cannot have infectiousness {value:g}: {cure}.", place=place
        )
    return value


def _transitions(graph: Mapping[str, Any], states: Sequence[State]) -> tuple[Transition, ...]:
    example = "{from: ill, to: recovered, dwell: {kind: exponential, mean: 5}}"
    listed = _list_of(graph, "transitions", example)
    if not 1 <= len(listed) <= TRANSITIONS_MAX:
        raise ProjectError(
            f"must have 1 to {TRANSITIONS_MAX} transitions, not {len(listed)}: write {example}.",
            place="transitions",
        )
    known = {state.name: state for state in states}
    found: list[tuple[str, str, Dwell]] = []
    shares: list[Share] = []
    for row, part in enumerate(listed):
        place = f"transitions[{row}]"
        written = _mapping(part, place, example)
        _known_keys(written, _TRANSITION_KEYS, place)
        before, after = (_end(written, key, known, place) for key in ("from", "to"))
        _check_ends(known[before], after, place)
        dwell = _dwell(_required(written, "dwell", place, "dwell: {kind: fixed, mean: 5}"), place)
        found.append((before, after, dwell))
        shares.append(_share(written.get("share", 1.0), f"{place}.share"))
    whole = _with_rests([before for before, _, _ in found], shares)
    return tuple(
        Transition(before, after, dwell, share)
        for (before, after, dwell), share in zip(found, whole, strict=True)
    )


def _end(written: Mapping[str, Any], key: str, known: Mapping[str, State], place: str) -> str:
    name = _required(written, key, place, f"{key}: NAME OF A STATE")
    if not isinstance(name, str) or name not in known:
        raise ProjectError(
            f"there is no state {_short(name)}.{did_you_mean(str(name), known)}",
            place=f"{place}.{key}",
        )
    return name


def _check_ends(before: State, after: str, place: str) -> None:
    if before.role == "susceptible":
        raise ProjectError(
            "infection is the only way out of the susceptible state: leave this transition out.",
            place=f"{place}.from",
        )
    if before.role == "dead":
        raise ProjectError(
            f'nobody leaves "{before.name}", whose role is dead: leave this transition out, '
            "or give the state another role.",
            place=f"{place}.from",
        )
    if before.name == after:
        raise ProjectError(
            f'leads from "{after}" to itself: name another state, or make its dwell longer.',
            place=f"{place}.to",
        )


def _dwell(part: object, place: str) -> Dwell:
    place = f"{place}.dwell"
    written = _mapping(part, place, "{kind: exponential, mean: 5}")
    kind = _required(written, "kind", place, "kind: exponential")
    kind = _choice(kind, tuple(_DWELL_KEYS), f"{place}.kind")
    _known_keys(written, ("kind", *_DWELL_KEYS[kind]), place)
    if kind == "table":
        return _table(_required(written, "days", place, "days: {4: 0.2, 5: 0.8}"), f"{place}.days")
    mean = _required(written, "mean", place, "mean: 5")
    mean = _number(mean, 1.0, DWELL_DAYS_MAX, f"{place}.mean", "days")
    if kind == "lognormal":
        deviation = _required(written, "deviation", place, "deviation: 2")
        low, high = DEVIATION_MIN * mean, DEVIATION_MAX * mean
        deviation = _number(deviation, low, high, f"{place}.deviation", "days")
        dwell = Dwell.lognormal(mean, deviation)
    elif kind == "gamma":
        shape = _required(written, "shape", place, "shape: 4")
        dwell = Dwell(mean, _number(shape, SHAPE_MIN, SHAPE_MAX, f"{place}.shape"))
    else:
        dwell = Dwell(mean, {"fixed": 0.0, "exponential": 1.0}[kind])
    if kind != "fixed" and dwell.days()[-1] >= DWELL_DAYS_MAX:
        raise ProjectError(
            f"some stays would be longer than {DWELL_DAYS_MAX:,} days: write a shorter mean, or "
            "a distribution that is less wide.",
            place=f"{place}.mean",
        )
    return dwell


def _table(part: object, place: str) -> Dwell:
    written = _mapping(part, place, "{4: 0.2, 5: 0.8}")
    weights: dict[int, float] = {}
    for day, weight in written.items():
        if type(day) is not int or not 1 <= day <= DWELL_DAYS_MAX:
            raise ProjectError(
                f"{_short(day)} is no day: write whole days from 1 to {DWELL_DAYS_MAX:,}.",
                place=place,
            )
        weights[day] = _number(weight, 0.0, 1e9, f"{place}.{day}")
    if not sum(weights.values()) > 0:
        raise ProjectError(
            "no day has a weight above 0: write days such as {4: 0.2, 5: 0.8}.", place=place
        )
    return Dwell.table(weights)


def _share(value: object, place: str) -> Share:
    """Return a share by age band, or `REST`."""
    if value == REST:
        return REST
    if isinstance(value, list | tuple):
        return _by_age(value, 1.0, place)
    if isinstance(value, str):
        raise ProjectError(
            f"must be a number from 0 to 1, {AGE_BAND_COUNT} of them by age, or {REST}, "
            f"not {_short(value)}.",
            place=place,
        )
    return everyone(_number(value, 0.0, 1.0, place))


def _with_rests(sources: Sequence[str], shares: Sequence[Share]) -> list[tuple[float, ...]]:
    """Return shares with what is left of 1 in place of `REST`, and check that they sum to 1."""
    whole = [everyone(0.0) if isinstance(share, str) else share for share in shares]
    for before in dict.fromkeys(sources):
        rows = [row for row, name in enumerate(sources) if name == before]
        rests = [row for row in rows if shares[row] == REST]
        if len(rests) > 1:
            raise ProjectError(
                f'only one way out of "{before}" can take the {REST}: write the share.',
                place=f"transitions[{rests[1]}].share",
            )
        sums = tuple(sum(band) for band in zip(*(whole[row] for row in rows), strict=True))
        _check_sums(sums, bool(rests), before, f"transitions[{rows[-1]}].share")
        if rests:
            whole[rests[0]] = tuple(max(0.0, left) for left in rest_of(sums))
    return whole


def _check_sums(sums: tuple[float, ...], has_rest: bool, before: str, place: str) -> None:
    for band, total in enumerate(sums):
        if total > 1 + SHARE_ERROR or (not has_rest and total < 1 - SHARE_ERROR):
            what = f"in age band {band} " if len(set(sums)) > 1 else ""
            raise ProjectError(
                f'the shares out of "{before}" {what}sum to {total:.6g}, not 1: '
                f"change one, or write share: {REST} for the last.",
                place=place,
            )


def _check_ways(states: Sequence[State], transitions: Sequence[Transition]) -> None:
    """Check that everybody gets on, and that every state can be entered."""
    following: dict[str, list[str]] = {state.name: [] for state in states}
    for exit_ in transitions:
        if max(exit_.share) > 0:
            following[exit_.before].append(exit_.after)
    reached, found = {states[0].name, states[1].name}, [states[1].name]
    while found:
        new = [name for name in following[found.pop()] if name not in reached]
        reached.update(new)
        found.extend(new)
    for row, state in enumerate(states):
        if state.role in ("latent", "infectious") and not following[state.name]:
            raise ProjectError(
                f'"{state.name}" has no way out, so it would last for ever: add a transition '
                f"from: {state.name}, or make its role removed or dead.",
                place=f"states[{row}]",
            )
        if state.name not in reached:
            raise ProjectError(
                f'"{state.name}" cannot be reached from "{states[1].name}", the state that '
                "infection leads to: add a transition to it, or leave it out.",
                place=f"states[{row}]",
            )
    if not any(state.role == "infectious" and state.name in reached for state in states):
        raise ProjectError("no infectious state can be reached: add a transition.", place="states")
    _check_circles(states, following)


def _check_circles(states: Sequence[State], following: Mapping[str, Sequence[str]]) -> None:
    """Refuse circles but by the susceptible state: the draws of an infection would repeat."""
    left = {state.name for state in states[1:]}
    while True:
        ends = {name for name in left if not left.intersection(following[name])}
        if not ends:
            break
        left -= ends
    if left:
        names = ", ".join(state.name for state in states if state.name in left)
        raise ProjectError(
            f"{names} lead back to each other: a state is entered once in an infection. "
            "Write a second state for the second time.",
            place="transitions",
        )


def _susceptibility(graph: Mapping[str, Any]) -> tuple[float, ...]:
    if "susceptibility" not in graph:
        return everyone()
    found = _by_age(graph["susceptibility"], 1_000.0, "susceptibility")
    if max(found) == 0:
        raise ProjectError(
            "nobody can be infected: write a number above 0 for one age band.",
            place="susceptibility",
        )
    return found


def _by_age(value: object, high: float, place: str) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != AGE_BAND_COUNT:
        count = f"{len(value)} of them" if isinstance(value, list | tuple) else _short(value)
        raise ProjectError(
            f"must be a list of {AGE_BAND_COUNT} numbers, for ages 0-4, 5-9 ... 70-74, 75+, "
            f"not {count}.",
            place=place,
        )
    return tuple(_number(part, 0.0, high, f"{place}[{row}]") for row, part in enumerate(value))


def _number(value: object, low: float, high: float, place: str, unit: str = "") -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        words = f" {unit}" if unit else ""
        raise ProjectError(
            f"must be a number from {low:,g} to {high:,g}{words}, not {_short(value)}.",
            place=place,
        )
    return float(value)


def _choice(value: object, known: Sequence[str], place: str) -> str:
    if not isinstance(value, str) or value not in known:
        hint = did_you_mean(str(value), known)
        raise ProjectError(f"cannot be {_short(value)}.{hint}", place=place)
    return value


def _required(written: Mapping[str, Any], key: str, place: str, example: str) -> Any:
    if written.get(key) is None:
        raise ProjectError(f"is missing: write {example}.", place=f"{place}.{key}")
    return written[key]


def _mapping(part: object, place: str, example: str) -> Mapping[Any, Any]:
    if not isinstance(part, Mapping):
        raise ProjectError(f"must be such as {example}, not {_short(part)}.", place=place)
    return part


def _list_of(graph: Mapping[str, Any], key: str, example: str) -> Sequence[object]:
    value = graph.get(key)
    if not isinstance(value, list | tuple):
        cause = "is missing" if value is None else f"must be a list, not {_short(value)}"
        raise ProjectError(f"{cause}: write {key}: [{example}].", place=key)
    return value


def _known_keys(written: Mapping[Any, Any], known: Sequence[str], place: str) -> None:
    for key in written:
        if key not in known:
            name = f"{place}.{_line(key)}" if place else _line(key)
            raise ProjectError(
                f"there is no such key here.{did_you_mean(str(key), known)}", place=name
            )


def _line(key: object) -> str:
    return str(key)[:40]


def _short(value: object) -> str:
    """Show a value of any size in a few words."""
    return reprlib.repr(value)
