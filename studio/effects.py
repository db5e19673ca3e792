"""Effects: how much an outcome answers to each slider, as a page shows it.

What is not right is not shown: estimates that failed their audit are a sentence, and no bar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MORE = "The same from everybody is being worked out ..."
_COUNTED = {
    "admissions": "admissions to hospital",
    "intensive_care": "admissions to intensive care",
}


@dataclass(frozen=True)
class Effect:
    """What a tenth more of one quantity changes in the whole population, with a 95 % interval."""

    path: str
    change: float
    low: float
    high: float
    from_zero: bool  # then it is a tenth of the range
    method: str
    why: str
    source: str = ""  # where it comes from, if elsewhere than the others


@dataclass(frozen=True)
class Effects:
    """What is known now. ``note`` says how it was found, or why there is nothing to show."""

    outcome: str
    running: bool
    effects: tuple[Effect, ...] = ()
    note: str = ""
    total: float = 0.0  # the outcome with the numbers as they are
    source: str = ""  # from whom: a small city, or everybody
    refining: bool = False  # whether those from everybody will follow

    @property
    def words(self) -> str:
        """Return all that is to be said beside the bars."""
        if self.running:
            return "Working it out ..."
        more = MORE if self.refining else ""
        return " ".join(part for part in (self.source, more, self.note) if part)


def counted(outcome: str) -> str:
    """Return what an outcome counts, in words."""
    return _COUNTED.get(outcome, outcome)


def effects_of(
    answer: Mapping[str, Any], outcome: str, people: int | None, of: str = ""
) -> Effects:
    """Read what an estimator said of a city, for one of ``people``.

    ``of`` says what is counted, if not everything: ", of Queens".
    """
    if "wrong" in answer:
        return Effects(outcome, running=False, note=answer["wrong"])
    found = answer["found"]
    audit, count = found["audit"], found["people"]
    scale = people / count if people else 1.0
    source = f"From all {count:,} people{of}."
    if scale > 1:
        source = f"From a city of {count:,} people, scaled up to {people:,}{of}."
    if not audit["passed"]:
        note = (
            "The estimates did not agree with runs of changed numbers "
            f"({audit['predicted']:+,.0f} against {audit['measured']:+,.0f}): they are not shown."
        )
        return Effects(outcome, running=False, note=note, source=source)
    note = (
        f"Local: for small changes, all else the same. {_runs(found['runs'])} up to day "
        f"{found['days']}. Held against changed runs: {scale * audit['predicted']:+,.0f} "
        f"predicted, {scale * audit['measured']:+,.0f} measured."
    )
    effects = tuple(_effect(one, scale) for one in found["estimates"])
    total = scale * found["total"]
    return Effects(outcome, False, effects, note, total, source)


def after(first: Effects, later: Effects) -> Effects:
    """Return what is known when those from everybody follow those from a small city."""
    if not later.effects:
        if not first.effects:
            return later
        return replace(first, refining=False, note=f"{first.note} Of everybody: {later.note}")
    known = {one.path for one in later.effects}
    kept = tuple(
        replace(one, source=first.source) for one in first.effects if one.path not in known
    )
    return replace(later, effects=later.effects + kept)


def _runs(count: int) -> str:
    if count > 1:
        return f"{count} runs"
    return "One run, with the interval that runs of a smaller city give it,"


def _effect(one: Mapping[str, Any], scale: float) -> Effect:
    return Effect(
        path=one["path"],
        change=scale * one["change"],
        low=scale * one["low"],
        high=scale * one["high"],
        from_zero=one["value"] == 0.0,
        method=one["method"],
        why=one["why"],
    )
