"""Small pictures of people and series as SVG; colours come from the page's style."""

import html
from functools import cache

import numpy as np
import pyarrow.parquet as parquet

from populace.engine.importing.maps import Map
from populace.engine.importing.preview import Preview
from populace.engine.populations._world.sources import FOLDER, countries

_WORLD = (640, 300)
_COARSE, _SMALLEST = 2.2, 1.5  # pixels between points, and of an island
_SOUTH, _NORTH = -56.0, 80.0  # degrees; Antarctica has no country
_AGES = ("0-4", *(f"{low}-{low + 4}" for low in range(5, 100, 5)), "100+")


@cache
def world() -> list[list[str]]:
    """Return name and path of every country that has an outline, coarse enough for a small map."""
    names = {country.code: name for name, country in countries().items()}
    with (FOLDER / "outlines.parquet").open("rb") as file:
        table = parquet.read_table(file, columns=["country", "lon", "lat"])
    found = []
    for code, lon, lat in zip(*(table[name].to_pylist() for name in table.column_names),
                              strict=True):  # fmt: skip
        if code in names and (path := _coarse(np.array(lon, float), np.array(lat, float))):
            found.append([names[code], path])
    return found


def _coarse(lon: np.ndarray, lat: np.ndarray) -> str:
    x = (lon + 180) / 360 * _WORLD[0]
    y = (_NORTH - lat) / (_NORTH - _SOUTH) * _WORLD[1]
    ends = np.flatnonzero(np.isnan(lon))
    rings, start = [], 0
    for end in (*ends, len(lon)):
        ring = np.round(np.column_stack([x[start:end], y[start:end]]), 1)
        start = end + 1
        if len(ring) < 3 or (rings and np.ptp(ring, axis=0).max() < _SMALLEST):
            continue
        step = np.abs(np.diff(ring, axis=0)).max(axis=1)
        kept = np.append(True, np.cumsum(step)[:-1] // _COARSE != np.cumsum(step)[1:] // _COARSE)
        small = ring[:-1][kept]
        if len(small) < 3:
            small = ring[:: max(len(ring) // 3, 1)]
        rings.append("M" + "L".join(f"{a:g} {b:g}" for a, b in small) + "Z")
    return "".join(rings)


def dots(found: Preview) -> str:
    """Return where people stand."""
    points = "".join(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="1.3" height="1.3"/>' for x, y in found.points
    )
    return (
        f'<div class="picture"><svg viewBox="0 0 {found.width} {found.height}" role="img" '
        f'aria-label="Where people stand"><g class="dots">{points}</g></svg></div>'
    )


def areas(drawn: Map, paths: list[str], heading: str) -> str:
    """Return the areas of a map by their paths; those that cannot be used are dashed."""
    faults = {at for at, _ in drawn.faults}
    names = drawn.sheet.column(heading).to_pylist() if heading else [""] * drawn.sheet.count
    shapes = "".join(
        f'<path d="{path}" class="{"none" if at in faults else ""}"><title>'
        f"{html.escape(name)}</title></path>"
        for at, (path, name) in enumerate(zip(paths, names, strict=True))
        if path
    )
    return (
        f'<div class="picture areas"><svg viewBox="-4 -4 648 428" role="img" aria-label='
        f'"The map that was uploaded, {drawn.sheet.count} areas">{shapes}</svg></div>'
    )


def figures(ages: np.ndarray, sizes: np.ndarray | None, mean_size: float | None) -> str:
    """Return people by age, and households by size where they are known."""
    parts = [f"<div><h3>People by age</h3>{_by_age(ages)}</div>"]
    if sizes is not None and sizes.sum() > 0:
        mean = f", {mean_size:.1f} people on average" if mean_size else ""
        parts.append(f"<div><h3>Households by size{mean}</h3>{_by_size(sizes)}</div>")
    return f'<div class="figures">{"".join(parts)}</div>'


def _by_age(ages: np.ndarray) -> str:
    """Return the age pyramid: the young below, the old above."""
    shares = np.asarray(ages, float) / max(float(np.sum(ages)), 1e-9)
    top = max(float(shares.max()), 1e-9)
    bars = []
    for band, share in enumerate(shares):
        y = (len(shares) - 1 - band) * 7
        label = _AGES[band]
        bars.append(
            f'<rect x="30" y="{y}" width="{share / top * 150:.1f}" height="6"><title>'
            f"{label} years: {share:.1%}</title></rect>"
        )
        if band % 4 == 0:
            bars.append(f'<text x="26" y="{y + 6}" text-anchor="end">{label}</text>')
    return (
        f'<svg class="bars" viewBox="0 0 184 {len(shares) * 7}" role="img" '
        f'aria-label="People by age">{"".join(bars)}</svg>'
    )


def _by_size(sizes: np.ndarray) -> str:
    shares = np.asarray(sizes, float) / max(float(np.sum(sizes)), 1e-9)
    top = max(float(shares.max()), 1e-9)
    bars = []
    for at, share in enumerate(shares):
        height = share / top * 112
        label = f"{at + 1}" + ("+" if at == len(shares) - 1 else "")
        bars.append(
            f'<rect x="{at * 17}" y="{120 - height:.1f}" width="14" height="{height:.1f}"><title>'
            f"{label}: {share:.1%}</title></rect>"
            f'<text x="{at * 17 + 7}" y="132" text-anchor="middle">{label}</text>'
        )
    return (
        f'<svg class="bars" viewBox="0 0 {len(shares) * 17} 136" role="img" '
        f'aria-label="Households by size">{"".join(bars)}</svg>'
    )


def series(days: np.ndarray, counts: np.ndarray) -> str:
    """Return a series as it would be drawn over the curve."""
    if len(days) == 0:
        return ""
    at = (days - days[0]).astype(float)
    x = 8 + at / max(float(at[-1]), 1.0) * 384
    top = max(float(counts.max()), 1e-9)
    y = 96 - counts / top * 88
    shown = np.unique(np.linspace(0, len(x) - 1, min(len(x), 1500)).astype(int))
    line = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x[shown], y[shown], strict=True))
    points = ""
    if len(shown) <= 150:
        points = "".join(f'<circle cx="{x[i]:.1f}" cy="{y[i]:.1f}" r="1.8"/>' for i in shown)
    return (
        '<div class="plot"><svg viewBox="0 0 400 116" role="img" aria-label="The series">'
        f'<path class="axis" d="M8 96H392"/><path class="line" d="{line}"/>{points}'
        f'<text x="8" y="111">{days[0]}</text><text x="392" y="111" text-anchor="end">{days[-1]}'
        f'</text><text x="10" y="10">{top:,.6g}</text></svg></div>'
    )
