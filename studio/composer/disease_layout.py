"""Where the states of a disease stand on their canvas."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from populace.engine.editing.disease_edits import states_in, ways_in
from populace.engine.editing.draft import Spec

Place = tuple[float, float]
Pair = tuple[str, str]
STEP_X, STEP_Y = 236.0, 96.0  # between columns, between rows
STAIR_X, STAIR_Y = 180.0, 98.0  # in a staircase, where the label of an arrow stands in the corner
SIDE_STEP = 130.0
LIFT = 92.0
ROW_MOST = 4  # states that stand in one line
STAIRS_MOST = 8  # more stand in columns
AT_END = ("removed", "dead")


def places(
    graph: Spec, kept: Mapping[str, Any], infections: Sequence[Pair] = ()
) -> dict[str, Place]:
    """Return a place for every state: where a person put it, or where it reads well."""
    tidy = tidy_places(graph, infections)
    found = {name: _place(kept.get(name)) or tidy[name] for name in tidy}
    return found


def tidy_places(graph: Spec, infections: Sequence[Pair] = ()) -> dict[str, Place]:
    """Return places from left to right in the order of an infection.

    A short course stands in a line, a wide one in columns. A long one goes down in stairs, with
    the states that end it in a column at the right.
    """
    names = [str(state.get("name")) for state in states_in(graph)]
    roles = {str(state.get("name")): state.get("role") for state in states_in(graph)}
    pairs = [(str(way.get("from")), str(way.get("to"))) for way in ways_in(graph)]
    pairs += infections
    depth = _depths(names, pairs)
    ends = [name for name in names if roles[name] in AT_END and not _goes_on(name, pairs, names)]
    chain = sorted((name for name in names if name not in ends), key=lambda name: depth[name])
    long = ROW_MOST <= len(chain) <= STAIRS_MOST
    back = {before for before, after in pairs if names and after == names[0]}
    found: dict[str, Place] = {}
    row_of: dict[int, int] = {}
    for number, name in enumerate(chain):
        if long:
            # Of two that follow the same state the first steps aside, out of the other's way.
            after = sum(depth[other] == depth[name] for other in chain[number + 1 :])
            found[name] = (depth[name] * STAIR_X + after * SIDE_STEP, number * STAIR_Y)
        else:
            row = row_of.get(depth[name], 0)
            row_of[depth[name]] = row + 1
            found[name] = (depth[name] * STEP_X, row * STEP_Y - (LIFT if name in back else 0))
    right = max((x for x, _ in found.values()), default=0.0)
    bottom = max((y for _, y in found.values()), default=0.0)
    last = right + (STAIR_X + 110 if long else STEP_X)
    for number, name in enumerate(ends):
        share = number / (len(ends) - 1) if len(ends) > 1 else 0.35 if long else 0.0
        height = max(
            bottom + (190 if long and len(ends) > 1 else 0), STEP_Y * 1.3 * (len(ends) - 1)
        )
        # A way back to the susceptible runs above the states, if it begins above them.
        found[name] = (last, share * height - (LIFT if back & set(ends) else 0))
    return {name: found[name] for name in names}


def free_place(taken: Iterable[Place]) -> Place:
    """Return a place at the lower left of the others, where no state stands."""
    others = list(taken)
    x = min((x for x, _ in others), default=0.0)
    y = max((y for _, y in others), default=0.0)
    while any(
        abs(x - other_x) < STAIR_X and abs(y - other_y) < STEP_Y for other_x, other_y in others
    ):
        y += STEP_Y
    return x, y


def _depths(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the longest way from infection to each state; circles are cut."""
    depth = {name: min(number, 1) for number, name in enumerate(names)}
    forward = [(a, b) for a, b in pairs if a in depth and b in depth and b != names[0]]
    for _ in names:
        for before, after in forward:
            depth[after] = min(max(depth[after], depth[before] + 1), len(names))
    return depth


def _goes_on(name: str, pairs: Sequence[tuple[str, str]], names: Sequence[str]) -> bool:
    return any(before == name and after != names[0] for before, after in pairs)


def _place(kept: object) -> Place | None:
    if isinstance(kept, list | tuple) and len(kept) == 2:
        return float(kept[0]), float(kept[1])
    return None
