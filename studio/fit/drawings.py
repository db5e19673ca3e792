"""Drawings of what was found, as SVG that takes its colours from the page."""

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan

import numpy as np
from jaxtyping import Float64

from populace.engine.calibration.posterior import Marginal, Posterior
from populace.engine.editing.words import in_words, number
from populace.engine.project import Setting
from populace.engine.quantities import Structure
from populace.studio.fit.density import Density, posterior_density, prior_density

PAIRS_MOST = 6  # numbers in the matrix: more would not be readable
_DIGITS = 3
_POINTS_MOST = 160  # of a path: more would not be seen
_DOTS_MOST = 200
_HEIGHT = 40.0
_STRONG = 0.7  # a correlation worth a sentence

Settings = Mapping[str, Setting]  # by path


def short(value: float) -> float:
    """Return a value with as many digits as a fit can tell."""
    return float(f"{value:.{_DIGITS}g}")


def value_in_words(settings: Settings, path: str, value: float) -> str:
    """Return a value of a number of the project, with its unit."""
    declared = settings[path].declaration
    return in_words(declared, round(value) if isinstance(declared, Structure) else _plain(value))


def label_of(settings: Settings, path: str) -> str:
    """Return what a page calls a number of the project."""
    one = settings[path]
    return str(one.declaration.label or one.name.replace("_", " "))


def path_of(
    density: Density, low: float, high: float, top: float, width: float, height: float
) -> str:
    """Return the closed area below a curve, from ``low`` to ``high``, ``top`` being all of it."""
    step = max(1, len(density.values) // _POINTS_MOST)
    reach = max(high - low, 1e-300)
    points = [
        f"{width * (value - low) / reach:.2f} {height * (1 - min(share / top, 1.0)):.2f}"
        for value, share in zip(density.values[::step], density.heights[::step], strict=True)
        if low <= value <= high
    ]
    if not points or top <= 0:
        return ""
    first, last = points[0].split()[0], points[-1].split()[0]
    return f"M{first} {height:g} L{' L'.join(points)} L{last} {height:g} Z"


def marginals_html(posterior: Posterior, settings: Settings) -> str:
    """Return a card for each number: before the data, and after."""
    cards = "".join(
        _card(posterior, column, one, settings) for column, one in enumerate(posterior.marginals())
    )
    return (
        "<h2>What the data say of each number</h2>"
        '<p class="dim">Grey: what you held plausible. Blue: what is left of it after the data. '
        "The line is the median; 90 % lie in the range given.</p>"
        f'<div class="cards">{cards}</div>'
    )


def _card(posterior: Posterior, column: int, one: Marginal, settings: Settings) -> str:
    declared = settings[one.path].declaration
    unit = "" if declared.unit == "share" else in_words(declared, 0).removeprefix("0").strip()
    figures = [figure(settings, one.path, value) for value in (one.median, one.low, one.high)]
    before = [figure(settings, one.path, value) for value in (one.prior_low, one.prior_high)]
    silent = (
        ""
        if one.identified
        else '<small class="silent">The data say nothing about this: the range is nearly as wide '
        "as before.</small>"
    )
    return (
        f'<div class="card" data-path="{escape(one.path)}">'
        f"<h3>{escape(label_of(settings, one.path))}</h3>"
        f"<p><b>{figures[0]}</b> {escape(unit)}<small>90 %: {figures[1]} to {figures[2]}; before: "
        f"{before[0]} to {before[1]}</small></p>{silent}"
        f"{_densities(posterior, column, one, settings)}</div>"
    )


def _densities(posterior: Posterior, column: int, one: Marginal, settings: Settings) -> str:
    quantity = posterior.plan.quantities[column]
    prior, values = quantity.prior, posterior.values[:, column]
    before = prior_density(prior)
    after = posterior_density(prior, values, posterior.weights, whole=quantity.whole)
    low, high = float(before.values[0]), float(before.values[-1])
    top = float(max(before.heights.max(), after.heights.max()))
    at = 100 * (one.median - low) / max(high - low, 1e-300)
    said = f"{label_of(settings, one.path)} before and after the data"
    return (
        f'<svg viewBox="0 0 100 {_HEIGHT:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(said)}">'
        f'<path class="prior" d="{path_of(before, low, high, top, 100, _HEIGHT)}"/>'
        f'<path class="posterior" d="{path_of(after, low, high, top, 100, _HEIGHT)}"/>'
        f'<line class="middle" x1="{at:.2f}" x2="{at:.2f}" y1="0" y2="{_HEIGHT:g}"/></svg>'
        f'<div class="ends"><span>{figure(settings, one.path, low)}</span>'
        f"<span>{figure(settings, one.path, high)}</span></div>"
    )


def pairs_html(posterior: Posterior, settings: Settings) -> str:
    """Return a matrix: the draws of each two numbers below, their correlations above."""
    paths = [one.path for one in posterior.plan.quantities][:PAIRS_MOST]
    if len(paths) < 2:
        return ""
    correlations, labels = posterior.pairs(), [label_of(settings, path) for path in paths]
    places = range(len(paths))
    rows = "".join(
        f'<tr><th scope="row">{escape(labels[row])}</th>'
        + "".join(_cell(posterior, correlations, labels, row, column) for column in places)
        + "</tr>"
        for row in places
    )
    heads = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
    return (
        "<h2>Which numbers go together</h2>"
        f'<p class="dim">{escape(_together(correlations, labels))}</p>'
        '<div class="matrix" tabindex="0" role="region" aria-label="Pairs of numbers"><table>'
        f'<thead><tr><td class="empty"></td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(
    posterior: Posterior,
    correlations: Float64[np.ndarray, "quantities quantities"],
    labels: Sequence[str],
    row: int,
    column: int,
) -> str:
    if row == column:
        return '<td class="empty"></td>'
    correlation = float(correlations[row, column])
    if row < column:
        return f"<td><b>{_signed(correlation)}</b><small>correlation</small></td>"
    said = f"{labels[row]} against {labels[column]}: each dot is one guess that was kept"
    dots = _dots(posterior.values[:_DOTS_MOST, [column, row]])
    return (
        f'<td><svg viewBox="0 0 100 100" role="img" aria-label="{escape(said)}">{dots}</svg></td>'
    )


def _dots(values: Float64[np.ndarray, "draws two"]) -> str:
    low, high = values.min(axis=0), values.max(axis=0)
    places = 8 + 84 * (values - low) / np.maximum(high - low, 1e-300)
    return "".join(f'<circle cx="{x:.1f}" cy="{100 - y:.1f}" r="2"/>' for x, y in places)


def _together(
    correlations: Float64[np.ndarray, "quantities quantities"], labels: Sequence[str]
) -> str:
    strong = [
        f"{labels[row]} and {labels[column]}"
        for row in range(len(labels))
        for column in range(row)
        if abs(correlations[row, column]) >= _STRONG
    ]
    if not strong:
        return "No two of them depend strongly on each other."
    return (
        f"The data know these better together than apart: {'; '.join(strong)}. Another value of "
        "one fits as well if the other moves with it."
    )


def figure(settings: Settings, path: str, value: float) -> str:
    """Return a value without its unit, but with the sign of a share."""
    declared = settings[path].declaration
    if declared.unit == "share":
        return in_words(declared, short(value))
    return number(round(value) if isinstance(declared, Structure) else _plain(value))


def _plain(value: float) -> float | int:
    rounded = short(value)
    return int(rounded) if rounded == int(rounded) else rounded


def _signed(value: float) -> str:
    return "–" if isnan(value) else f"{value:+.2f}".replace("-", "−")
