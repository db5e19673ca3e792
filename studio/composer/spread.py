"""Spread: how long people stay in a state, as a small plot under the mean that sets it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from populace.engine.component import Component, Values
from populace.engine.diseases.base import Disease, Dwell
from populace.studio.composer.fields import is_duration
from populace.studio.composer.parts import Part

Plot = dict[str, str]  # "svg" and "words"
Bounds = tuple[float | None, float | None] | None
WIDTH, HEIGHT, BARS_MAX = 240, 44, 40


def spreads(part: Part) -> dict[str, Plot]:
    """Return plot and words for each setting that is the mean of a stay."""
    component = part.component
    if not isinstance(component, Disease):
        return {}
    return _spreads(type(component), tuple(sorted(_plain(component).items(), key=str)))


def _plain(component: Component) -> dict[str, float | int | str]:
    return {
        name: value
        for name, value in vars(component.values()).items()
        if isinstance(value, int | float | str)
    }


@lru_cache(maxsize=64)
def _spreads(kind: type[Disease], plain: tuple[tuple[str, Any], ...]) -> dict[str, Plot]:
    values = Values(**{**vars(kind().values()), **dict(plain)})
    found = {}
    for name, declared in kind.declarations():
        if is_duration(declared):
            for dwell in _moved_by(kind, values, name, declared.bounds):
                found[name] = {"svg": _plot(dwell), "words": _words(dwell)}
                break
    return found


def _moved_by(kind: type[Disease], values: Values, name: str, bounds: Bounds) -> Iterator[Dwell]:
    """Yield the stays that are another once the setting is another."""
    now = vars(values)[name]
    high = bounds[1] if bounds and bounds[1] is not None else float("inf")
    other = Values(**(vars(values) | {name: now * 1.25 if now * 1.25 <= high else now * 0.8}))
    for one, two in zip(kind.transitions(values), kind.transitions(other), strict=True):
        if one.dwell != two.dwell:
            yield one.dwell


def _plot(dwell: Dwell) -> str:
    """Return bars of the share of stays that last each whole day."""
    days = np.asarray(dwell.days())
    last = int(np.quantile(days, 0.995))
    width = max(1, -(-last // BARS_MAX))  # days of a bar
    counts = np.bincount((days[days <= last] - 1) // width)
    step, most = WIDTH / len(counts), counts.max()
    bars = "".join(
        f'<rect x="{number * step:.1f}" y="{HEIGHT - HEIGHT * count / most:.1f}" '
        f'width="{max(step - 1, 0.6):.1f}" height="{HEIGHT * count / most:.1f}"/>'
        for number, count in enumerate(counts)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{_words(dwell)}">{bars}</svg>'
    )


def _words(dwell: Dwell) -> str:
    days = np.asarray(dwell.days())
    half, most = (int(np.quantile(days, part, method="higher")) for part in (0.5, 0.9))
    if half == most == days.max():
        return f"Everybody stays {_days(half)}."
    return f"Half stay at most {_days(half)}, nine of ten at most {_days(most)}."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
