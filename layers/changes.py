"""Colours of what two runs differ by, and of probabilities, on scales that say what they mean."""

import math
from collections.abc import Iterable

import numpy as np
from jaxtyping import Float64

from populace.layers.palettes import table
from populace.layers.themes import Colour, Theme

_SHARE_WITHIN = 0.95
_ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def round_top(values: Iterable[float]) -> float:
    """Return a round number that 95 % of the values lie within, on either side of 0.

    A few small districts would else leave all others without colour.
    """
    sizes = [abs(one) for one in values if not math.isnan(one)]
    most = float(np.quantile(sizes, _SHARE_WITHIN)) if sizes else 0.0
    most = most or max(sizes, default=0.0)
    if most == 0.0:
        return 1.0
    step = 10.0 ** math.floor(math.log10(most))
    return next(factor * step for factor in _ROUND if factor * step >= most)


def change_colours(
    values: Float64[np.ndarray, " regions"], top: float, theme: Theme
) -> list[Colour]:
    """Return the colour of each change on a scale from ``-top`` to ``top``; NaN is bare land."""
    return _colours((np.asarray(values) / top + 1) / 2, theme.change_ramp, theme)


def chance_colours(shares: Float64[np.ndarray, " regions"], theme: Theme) -> list[Colour]:
    """Return the colour of each probability, 0 to 1; NaN is bare land."""
    return _colours(np.asarray(shares), chance_ramp(theme), theme)


def chance_ramp(theme: Theme) -> tuple[Colour, ...]:
    """Return the colours of never to always."""
    return theme.card, theme.accent


def _colours(place: np.ndarray, ramp: tuple[Colour, ...], theme: Theme) -> list[Colour]:
    known = ~np.isnan(place)
    steps = np.rint(255 * np.clip(np.where(known, place, 0.0), 0.0, 1.0)).astype(np.int64)
    channels = np.rint(table(ramp)[steps]).astype(int)
    return [
        f"#{r:02x}{g:02x}{b:02x}" if there else theme.land
        for there, (r, g, b) in zip(known, channels, strict=True)
    ]
