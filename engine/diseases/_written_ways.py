"""The ways between the states of a written graph: where they lead, and who goes which."""

from collections.abc import Mapping, Sequence
from typing import Any

from populace.engine.diseases._written_dwells import read_dwell
from populace.engine.diseases._written_values import (
    by_age,
    known_keys,
    list_of,
    mapping,
    number,
    required,
    short,
)
from populace.engine.diseases.base import (
    INFECTED_ROLES,
    Dwell,
    State,
    Transition,
    everyone,
    rest_of,
)
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import AGE_BAND_COUNT

TRANSITIONS_MAX = 100
SHARE_ERROR = 1e-9
REST = "rest"
Share = tuple[float, ...] | str  # by age band, or REST
_KEYS = ("from", "to", "dwell", "share")


def read_transitions(graph: Mapping[str, Any], states: Sequence[State]) -> tuple[Transition, ...]:
    example = "{from: ill, to: recovered, dwell: {kind: exponential, mean: 5}}"
    listed = list_of(graph, "transitions", example)
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
        written = mapping(part, place, example)
        known_keys(written, _KEYS, place)
        before, after = (_end(written, key, known, place) for key in ("from", "to"))
        _check_ends(known[before], after, place)
        dwell = read_dwell(
            required(written, "dwell", place, "dwell: {kind: fixed, mean: 5}"), place
        )
        found.append((before, after, dwell))
        shares.append(_share(written.get("share", 1.0), f"{place}.share"))
    whole = _with_rests([before for before, _, _ in found], shares)
    return tuple(
        Transition(before, after, dwell, share)
        for (before, after, dwell), share in zip(found, whole, strict=True)
    )


def _end(written: Mapping[str, Any], key: str, known: Mapping[str, State], place: str) -> str:
    name = required(written, key, place, f"{key}: NAME OF A STATE")
    if not isinstance(name, str) or name not in known:
        raise ProjectError(
            f"there is no state {short(name)}.{did_you_mean(str(name), known)}",
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


def _share(value: object, place: str) -> Share:
    """Return a share by age band, or `REST`."""
    if value == REST:
        return REST
    if isinstance(value, list | tuple):
        return by_age(value, 1.0, place)
    if isinstance(value, str):
        raise ProjectError(
            f"must be a number from 0 to 1, {AGE_BAND_COUNT} of them by age, or {REST}, "
            f"not {short(value)}.",
            place=place,
        )
    return everyone(number(value, 0.0, 1.0, place))


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


def check_ways(states: Sequence[State], transitions: Sequence[Transition]) -> None:
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
        if state.role in INFECTED_ROLES and not following[state.name]:
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
