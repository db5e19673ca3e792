"""What is shown of whole ranges, as HTML: bars, a curve along one number, a map over two."""

import html
from collections.abc import Mapping

import numpy as np

from populace.engine.scenarios.figures import Figure
from populace.engine.scenarios.sweep import Axis
from populace.engine.sensitivity.global_design import Importance, Share
from populace.engine.sensitivity.global_runs import GlobalSensitivity
from populace.engine.sensitivity.global_words import chance_in_words, in_figures, in_per_cent
from populace.engine.sensitivity.ranges import Range
from populace.engine.sensitivity.walk import Walked

Labels = Mapping[str, str]

MEANS = {
    "morris": (
        "The bar: by how much it changes when that number goes through its range, wherever the "
        "others are, mean of sizes. The thin line and the small figures: its 95 % interval."
    ),
    "sobol": (
        "The bar: the share of all differences between runs in which that number has a part. The "
        "thin line and the small figures: its 95 % interval."
    ),
}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 320, 132, 46, 8, 8, 20
MAP_HEIGHT = 200


def bars(found: GlobalSensitivity, labels: Labels) -> str:
    """Return a row for each number, the one that matters most on top, and one for chance."""
    rows = [*found.numbers, found.chance]
    largest = max(one.high for one in rows) or 1.0
    ends = {one.path: one for one in found.ranges}
    lines = "".join(_row(one, ends.get(one.path), labels, largest) for one in rows)
    unit = "" if found.method == "sobol" else f" ({html.escape(found.unit)})"
    return (
        f"<h3>{html.escape(found.label)}{unit}</h3><ul>{lines}</ul><p>{MEANS[found.method]}</p>"
        f"<p><b>Each run has {found.size}</b>, of whom {found.first_infected:,} are infected "
        f"first; {found.runs:,} runs from day 0 to day {found.days:,}. 90 % of them lie from "
        f"{in_figures(found.low90)} to {in_figures(found.high90)} {html.escape(found.unit)}. "
        f"{html.escape(chance_in_words(found, labels))}</p>"
    )


def _row(one: Importance, ends: Range | None, labels: Labels, largest: float) -> str:
    value, *interval = (
        in_per_cent(part) if isinstance(one, Share) else in_figures(part)
        for part in (one.value, one.low, one.high)
    )
    told = f"<strong>{value}<small>{' to '.join(interval)}</small></strong>"
    left, middle, right = (100 * part / largest for part in (one.low, one.value, one.high))
    bar = (
        f"<span class='bar' aria-hidden='true'><i style='width:{middle:.1f}%'></i>"
        f"<b style='left:{left:.1f}%;width:{max(right - left, 0.5):.1f}%'></b></span>"
    )
    if ends is None:
        name = "<span>Chance alone<small>another seed, the same numbers</small></span>"
        return f"<li class='chance'>{name}{told}{bar}</li>"
    label = html.escape(labels.get(one.path, one.path))
    name = f"<span>{label}<small>from {ends.low:g} to {ends.high:g}</small></span>"
    path = html.escape(one.path, quote=True)
    return (
        f"<li><button type='button' data-path='{path}' title='Show the curve along this number'>"
        f"{name}{told}{bar}</button></li>"
    )


def walked_figure(walked: Walked, labels: Labels) -> str:
    """Return the curve along one number, or the map over two."""
    return _curve(walked, labels) if len(walked.axes) == 1 else _field(walked, labels)


def _curve(walked: Walked, labels: Labels) -> str:
    [axis] = walked.axes
    name, what = _names(axis, walked.figure, labels)
    top = float(walked.high90.max()) or 1.0
    first, last = axis.values[0], axis.values[-1]
    x = [LEFT + (WIDTH - LEFT - RIGHT) * (value - first) / (last - first) for value in axis.values]

    def points(values: np.ndarray) -> list[str]:
        place = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * values / top
        return [f"{across:.1f},{down:.1f}" for across, down in zip(x, place, strict=True)]

    band = " ".join([*points(walked.high90), *reversed(points(walked.low90))])
    ends = f"{in_figures(walked.mean[0])} at {first:g}, {in_figures(walked.mean[-1])} at {last:g}"
    base = HEIGHT - BOTTOM
    return (
        f"<h3>{what} along {name}</h3>"
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='{what}: mean {ends}'>"
        f"<path d='M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}'/><polygon points='{band}'/>"
        f"<polyline points='{' '.join(points(walked.mean))}'/>"
        f"{_text(LEFT - 4, TOP + 8, in_figures(top), 'end')}{_text(LEFT - 4, base, '0', 'end')}"
        f"{_text(LEFT, HEIGHT - 5, f'{first:g}')}"
        f"{_text(WIDTH - RIGHT, HEIGHT - 5, f'{last:g}', 'end')}"
        f"</svg><p>The line is the mean of {walked.runs} runs of {walked.people:,} people at each "
        "point, the band holds 90 % of them; all other numbers as they are.</p>"
    )


def _field(walked: Walked, labels: Labels) -> str:
    across, up = walked.axes
    name, what = _names(across, walked.figure, labels)
    other = html.escape(labels.get(up.path, up.path))
    low, high = float(walked.mean.min()), float(walked.mean.max())
    wide = (WIDTH - LEFT - RIGHT) / len(across.values)
    tall = (MAP_HEIGHT - TOP - BOTTOM) / len(up.values)
    cells = []
    for i, one in enumerate(across.values):
        for k, another in enumerate(up.values):
            value = float(walked.mean[i, k])
            share = 100 * (value - low) / ((high - low) or 1.0)
            place = f"x='{LEFT + i * wide:.1f}' y='{MAP_HEIGHT - BOTTOM - (k + 1) * tall:.1f}'"
            colour = f"color-mix(in srgb, var(--infectious) {share:.0f}%, var(--card))"
            told = f"{in_figures(value)} at {one:g} and {another:g}"
            cells.append(
                f"<rect {place} width='{wide - 1:.1f}' height='{tall - 1:.1f}' "
                f"style='fill:{colour}'><title>{told}</title></rect>"
            )
    base = MAP_HEIGHT - BOTTOM
    marks = (
        _text(LEFT - 4, TOP + 9, f"{up.values[-1]:g}", "end")
        + _text(LEFT - 4, base - 2, f"{up.values[0]:g}", "end")
        + _text(LEFT, MAP_HEIGHT - 5, f"{across.values[0]:g}")
        + _text(WIDTH - RIGHT, MAP_HEIGHT - 5, f"{across.values[-1]:g}", "end")
    )
    return (
        f"<h3>{what} over two numbers</h3>"
        f"<svg viewBox='0 0 {WIDTH} {MAP_HEIGHT}' role='img' aria-label='{what} from "
        f"{in_figures(low)} to {in_figures(high)}'>{''.join(cells)}{marks}</svg>"
        f"<div class='scale'><span>{in_figures(low)}</span><i></i><span>{in_figures(high)}</span>"
        f"</div><p>Across: {name}. Upwards: {other}. Each square is the mean of {walked.runs} runs "
        f"of {walked.people:,} people; all other numbers as they are.</p>"
    )


def _names(axis: Axis, figure: Figure, labels: Labels) -> tuple[str, str]:
    return html.escape(labels.get(axis.path, axis.path)), html.escape(figure.label)


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{html.escape(words)}</text>"
