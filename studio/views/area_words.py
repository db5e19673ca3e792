"""What the card of an area says, as HTML."""

import html

import numpy as np

from populace.engine.analysis.area import AgePart, AreaDay
from populace.engine.project import Project
from populace.studio.views import numbers

PER = 1_000
# Pixels of the figure's sheet; it is as wide as the card.
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 268, 92, 30, 7, 16


def page(title: str, note: str, area: AreaDay, project: Project, *, deaths: bool) -> str:
    """Return the card of an area; ``deaths`` where the disease can kill."""
    head = f"<h2>{html.escape(title)}</h2>"
    if not area.people:
        return f"{head}<p>Nobody lives here: draw a line around some people.</p>"
    share = numbers.per_cent(area.people, area.everybody)
    return (
        f"{head}<p class='who'>{area.people:,} {_people(area.people)} here, {share} of everybody"
        f"{html.escape(note)}</p>{_figures(area, deaths)}"
        f"<h3>New infections a day per {PER:,} people</h3>{_curve(area, project)}"
        f"<h3>Who infected them</h3>{_sources(area)}"
        f"<h3>By age</h3>{_ages(area.ages, deaths)}"
    )


def _people(count: int) -> str:
    return "person lives" if count == 1 else "people live"


def _figures(area: AreaDay, deaths: bool) -> str:
    rows = [
        ("Infected so far", area.infected, area.infected_everywhere),
        ("Infected now", area.infected_now, None),
        ("of them infectious", area.infectious_now, None),
    ]
    if deaths:
        rows.append(("Died", area.died, area.died_everywhere))
    head = "<tr><td></td><th>Here</th><th></th><th>Everybody</th></tr>"
    lines = (
        f"<tr><th>{name}</th><td><b>{here:,}</b></td><td>{numbers.per_cent(here, area.people)}</td>"
        f"<td>{'' if all_ is None else numbers.per_cent(all_, area.everybody)}</td></tr>"
        for name, here, all_ in rows
    )
    return f"<table>{head}{''.join(lines)}</table>"


def _sources(area: AreaDay) -> str:
    if not area.infections:
        return "<p>No infections here so far.</p>"
    parts = (
        ("here", area.by_people_here, "by people who live here"),
        ("around", area.by_people_around, "by people who live elsewhere"),
        ("unknown", area.of_unknown_source, "at the start, or from outside the model"),
    )
    bar = "".join(
        f'<i class="{kind}" style="width:{100 * count / area.infections:.2f}%"></i>'
        for kind, count, _ in parts
    )
    lines = "".join(
        f'<li><i class="{kind}"></i><b>{count:,}</b> {words}</li>'
        for kind, count, words in parts
        if count
    )
    one = area.passed_on == 1
    out = f"<b>{area.passed_on:,}</b> {'person' if one else 'people'} elsewhere"
    return (
        f'<div class="sources" aria-hidden="true">{bar}</div><ul>{lines}</ul>'
        f"<p>People who live here infected {out}.</p>"
    )


def _ages(parts: tuple[AgePart, ...], deaths: bool) -> str:
    died = "<th>Died</th>" if deaths else ""
    head = f"<tr><td></td><th>People</th><th>Infected so far</th><th></th>{died}</tr>"
    lines = (
        f"<tr><th>{part.name}</th><td>{part.people:,}</td><td><b>{part.infected:,}</b></td>"
        f"<td>{numbers.per_cent(part.infected, part.people)}</td>"
        + (f"<td>{part.died:,}</td>" if deaths else "")
        + "</tr>"
        for part in parts
        if part.people
    )
    return f"<table>{head}{''.join(lines)}</table>"


def _curve(area: AreaDay, project: Project) -> str:
    """Return the course here over that of everybody, on the dates of the whole run."""
    here = area.daily * (PER / area.people)
    everywhere = area.daily_everywhere * (PER / area.everybody)
    # The first infected were put there: they are no infections of a day.
    here[:1] = everywhere[:1] = 0
    top = max(float(here.max()), float(everywhere.max()), 1e-9)
    days = max(project.days, area.day, 1)
    floor = HEIGHT - BOTTOM
    middle, last = project.date_of(days // 2), project.date_of(days)
    dates = (
        (LEFT, "start", project.start_date),
        ((LEFT + WIDTH) / 2, "middle", middle),
        (WIDTH, "end", last),
    )
    axis = "".join(
        f'<text x="{x:g}" y="{HEIGHT - 3}" text-anchor="{anchor}">{numbers.short_date(date)}</text>'
        for x, anchor, date in dates
    )
    said = (
        f"Today {here[-1]:.2g} here and {everywhere[-1]:.2g} among everybody; "
        f"at most {here.max():.2g} here and {everywhere.max():.2g} among everybody"
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
        f'<path class="floor" d="M{LEFT} {floor}H{WIDTH}M{LEFT} {TOP}H{WIDTH}"/>'
        f'<text x="{LEFT - 4}" y="{TOP + 4}" text-anchor="end">{_short(top)}</text>'
        f'<text x="{LEFT - 4}" y="{floor + 3}" text-anchor="end">0</text>{axis}'
        f'<path class="everybody" d="{_line(everywhere, top, days)}"/>'
        f'<path class="course" d="{_line(here, top, days)}"/></svg>'
        "<p class='key'><i class='course'></i>here<i class='everybody'></i>everybody</p>"
    )


def _line(values: np.ndarray, top: float, days: int) -> str:
    across, up = (WIDTH - LEFT) / days, (HEIGHT - BOTTOM - TOP) / top
    floor = HEIGHT - BOTTOM
    points = (f"{LEFT + day * across:.1f} {floor - value * up:.1f}"
              for day, value in enumerate(values))  # fmt: skip
    return "M" + "L".join(points)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 9.5 else f"{value:.1f}" if value >= 0.1 else f"{value:.1g}"
