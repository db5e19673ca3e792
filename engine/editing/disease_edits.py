"""Edits of a written disease graph that leave it consistent: names follow, shares sum to 1.

Each takes the project's values and changes them in place: they are for `Draft.edit`.
"""

import math
from collections.abc import Hashable, Sequence
from typing import Any

from populace.engine.diseases._written_ways import REST
from populace.engine.diseases.base import everyone
from populace.engine.editing.draft import Spec
from populace.engine.editing.own_disease import written_graph, written_share
from populace.engine.editing.shape import PARKED
from populace.engine.errors import ProjectError
from populace.engine.graph import STATES_MAX
from populace.engine.observations.base import names_in
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.registry import kinds

FIRST_SHARE = 0.1  # of a new way out beside others
FIRST_DWELL: Spec = {"kind": "gamma", "mean": 5.0, "shape": 4.0}
_FINEST = 1e6  # parts of 1 in which shares are written, so that they can be read
_INTENSIVE = "intensive"  # so begins the name of a state whose people are in intensive care
_NAMES_STATES = "names of states"  # how the unit of a setting begins that does


def graph_in(spec: Spec) -> Spec:
    """Return the graph of the custom disease; written into the values if it was the default."""
    disease = spec["disease"]
    if not isinstance(disease.get("graph"), dict):
        disease["graph"] = written_graph(disease)
    return disease["graph"]


def states_in(graph: Spec) -> list[Spec]:
    """Return the states that are mappings with a name; a file by hand may hold anything."""
    return _mappings(graph.get("states"), "name")


def ways_in(graph: Spec) -> list[Spec]:
    """Return the transitions that are mappings with ends."""
    return _mappings(graph.get("transitions"), "from", "to")


def add_state(spec: Spec, name: str = "new_state") -> str:
    """Add a state beside the others and return its name."""
    graph = graph_in(spec)
    taken = {state.get("name") for state in states_in(graph)}
    if len(taken) >= STATES_MAX:
        raise ProjectError(f"A disease has at most {STATES_MAX} states: join some.")
    free = name if name not in taken else next(
        f"{name}_{n}" for n in range(2, STATES_MAX + 2) if f"{name}_{n}" not in taken
    )  # fmt: skip
    label = free.replace("_", " ").capitalize()
    states = graph.get("states")
    new = {"name": free, "label": label, "role": "removed"}
    graph["states"] = [*(states if isinstance(states, list) else []), new]
    return free


def delete_state(spec: Spec, name: str) -> None:
    """Take a state and all ways to and from it out; the ways that stay share anew."""
    graph = graph_in(spec)
    states = states_in(graph)
    if states and states[0].get("name") == name:
        raise ProjectError("The susceptible state stays: everybody begins in it.")
    ways = ways_in(graph)
    touched = {way.get("from") for way in ways if way.get("to") == name} - {name}
    graph["states"] = [state for state in states if state.get("name") != name]
    graph["transitions"] = [way for way in ways if name not in (way.get("from"), way.get("to"))]
    for before in touched:
        _settle(graph, before)
    if spec["disease"].get("initial_state") == name:
        del spec["disease"]["initial_state"]


def rename_state(spec: Spec, old: str, new: str, canvas: Spec | None = None) -> None:
    """Give a state another name, everywhere where the project names it, or its parked parts do."""
    graph = graph_in(spec)
    if any(state.get("name") == new for state in states_in(graph)):
        raise ProjectError(f'There already is a state "{new}": give it another name.')
    for state in states_in(graph):
        if state.get("name") == old:
            state["name"] = new
            _keep_beds(state, old, new)
    for way in ways_in(graph):
        for end in ("from", "to"):
            if way.get(end) == old:
                way[end] = new
    if spec["disease"].get("initial_state") == old:
        spec["disease"]["initial_state"] = new
    parked = ((canvas or {}).get(PARKED) or {}).values()
    beside = [part["values"] for part in parked if part["key"] == "observations"]
    for part in [*(spec.get("observations") or []), *beside]:
        _rename_in(part, old, new)


def move_to_entry(spec: Spec, name: str) -> None:
    """Let infection lead to this state: it becomes the second of the list."""
    graph = graph_in(spec)
    states = states_in(graph)
    [chosen] = [state for state in states if state.get("name") == name]
    others = [state for state in states if state is not chosen]
    graph["states"] = [others[0], chosen, *others[1:]]


def add_way(spec: Spec, before: str, after: str) -> int:
    """Add a transition and return its row; it takes a part of what went the other ways."""
    graph = graph_in(spec)
    ways = ways_in(graph)
    if why := refusal(graph, before, after):
        raise ProjectError(why)
    alone = all(way.get("from") != before for way in ways)
    new: Spec = {"from": before, "to": after, "dwell": dict(FIRST_DWELL)}
    graph["transitions"] = [*ways, new if alone else new | {"share": 0.0}]
    row = len(ways)
    if not alone:
        set_share(graph, row, everyone(FIRST_SHARE))
    return row


def delete_way(spec: Spec, row: int) -> None:
    """Take a transition out; the ways that stay take its share."""
    graph = graph_in(spec)
    ways = ways_in(graph)
    before = ways[row].get("from")
    graph["transitions"] = [way for number, way in enumerate(ways) if number != row]
    _settle(graph, before)


def refusal(graph: Spec, before: str, after: str) -> str:
    """Return why there can be no transition between two states, or nothing."""
    roles = {state.get("name"): state.get("role") for state in states_in(graph)}
    if before == after:
        return "A state cannot lead to itself: make its stay longer instead."
    if roles.get(before) == "susceptible":
        return "Infection is the only way out of the susceptible state."
    if roles.get(before) == "dead":
        return "Nobody leaves a state of the dead."
    pairs = [(way.get("from"), way.get("to")) for way in ways_in(graph)]
    if (before, after) in pairs:
        return "These two are connected already."
    if roles.get(after) != "susceptible" and before in _reached(pairs, after, roles):
        return "That would be a circle: a state is entered once in an infection. Add a second one."
    return ""


def shares_of(graph: Spec) -> list[tuple[float, ...]]:
    """Return the share of each transition by age, with what is left in place of the rest."""
    ways = ways_in(graph)
    found = [_share(way.get("share", 1.0)) for way in ways]
    for row, way in enumerate(ways):
        if way.get("share") == REST:
            others = [found[other] for other in exits(graph, way.get("from")) if other != row]
            sums = [sum(band) for band in zip(*others, strict=True)] if others else [0.0] * 16
            found[row] = tuple(max(0.0, 1.0 - total) for total in sums)
    return found


def exits(graph: Spec, before: object) -> list[int]:
    """Return the rows of the transitions out of a state."""
    return [row for row, way in enumerate(ways_in(graph)) if way.get("from") == before]


def rest_row(graph: Spec, row: int) -> int | None:
    """Return which other way takes what this one leaves, or None if there is no other."""
    ways = ways_in(graph)
    others = [other for other in exits(graph, ways[row].get("from")) if other != row]
    marked = [other for other in others if ways[other].get("share") == REST]
    if marked or not others:
        return marked[0] if marked else None
    shares = shares_of(graph)
    return max(others, key=lambda other: sum(shares[other]))


def set_share(graph: Spec, row: int, share: Sequence[float]) -> None:
    """Set the share of a transition by age; what is left goes the other ways.

    One of the others takes the rest. Where there is not enough for the remaining ones, they shrink
    in proportion.
    """
    if not all(0 <= part <= 1 for part in share):
        raise ProjectError("A share is from 0 to 100 %.")
    ways, shares, rest = ways_in(graph), shares_of(graph), rest_row(graph, row)
    if rest is None:
        ways[row].pop("share", None)
        return
    wanted = tuple(_tidy(part) for part in share)
    others = [other for other in exits(graph, ways[row].get("from")) if other not in (row, rest)]
    taken = [sum(shares[other][band] for other in others) for band in range(AGE_BAND_COUNT)]
    for other in others:
        ways[other]["share"] = written_share(
            [
                _tidy(part * min(1.0, (1.0 - new) / total)) if total > 1.0 - new else part
                for part, new, total in zip(shares[other], wanted, taken, strict=True)
            ]
        )
    ways[row]["share"] = written_share(wanted)
    ways[rest]["share"] = REST


def _keep_beds(state: Spec, old: str, new: str) -> None:
    """Keep a state in intensive care whose name no longer says so: triggers and beds count it."""
    says_so = new.startswith(_INTENSIVE)
    if says_so and state.get("intensive_care") is True:
        del state["intensive_care"]
    elif old.startswith(_INTENSIVE) and not says_so:
        state.setdefault("intensive_care", True)


def _mappings(parts: object, *names: str) -> list[Spec]:
    return [
        part
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict) and all(isinstance(part.get(name), Hashable) for name in names)
    ]


def _settle(graph: Spec, before: object) -> None:
    """Let the ways out of a state sum to 1 again, after one of them went."""
    ways, rows = ways_in(graph), exits(graph, before)
    if len(rows) == 1:
        ways[rows[0]].pop("share", None)
    elif rows and all(ways[row].get("share") != REST for row in rows):
        shares = shares_of(graph)
        ways[max(rows, key=lambda row: sum(shares[row]))]["share"] = REST


def _reached(pairs: Sequence[tuple[Any, Any]], start: str, roles: dict[Any, Any]) -> set[str]:
    """Return the states that ``start`` leads to in one infection."""
    reached, found = {start}, [start]
    while found:
        before = found.pop()
        new = {b for a, b in pairs if a == before and roles.get(b) != "susceptible"} - reached
        reached |= new
        found.extend(new)
    return reached


def _share(value: object) -> tuple[float, ...]:
    """Return a written share by age; what is no share is none."""
    if isinstance(value, list | tuple) and len(value) == AGE_BAND_COUNT:
        return tuple(_number(part) for part in value)
    return everyone(_number(value))


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(1.0, max(0.0, float(value))) if is_number else 0.0  # type: ignore[arg-type]


def _tidy(share: float) -> float:
    # Downwards: the sum must not come out above 1.
    return math.floor(share * _FINEST + 1e-6) / _FINEST if 0 < share < 1 else float(share)


def _rename_in(part: object, old: str, new: str) -> None:
    """Rename a state in the settings of an observation that name states, defaults as well."""
    if not isinstance(part, dict):
        return
    component = kinds("observations").get(str(part.get("kind")))
    for setting, declared in component.declarations() if component else ():
        if not declared.unit.startswith(_NAMES_STATES):
            continue
        text = part.get(setting, declared.default)
        if isinstance(text, str) and old in names_in(text):
            part[setting] = ", ".join(new if name == old else name for name in names_in(text))
