"""The figures of a run: key figures, and its curves."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from populace.engine.editing.words import long_date
from populace.engine.observations.base import Comparison, Series
from populace.engine.report.chart import Chart, Curve
from populace.engine.report.outcome import Outcome


@dataclass(frozen=True)
class KeyFigure:
    """One number that sums a run up."""

    label: str
    value: float
    text: str  # the number as people read it
    beside: str = ""  # a share, a date


def key_figures(outcome: Outcome) -> Iterator[KeyFigure]:
    """Yield what one asks first, for any disease."""
    people = max(outcome.people, 1)
    ever = outcome.ever_infected
    yield KeyFigure("Ever infected", ever, f"{ever:,}", f"{ever / people:.1%} of the people")
    yield _peak(outcome, "Most infected at once", outcome.infected)
    yield _peak(outcome, "Most new infections on a day", outcome.new)
    if outcome.has(colour="hospital"):
        yield _peak(outcome, "Most in hospital at once", outcome.of_colour("hospital"))
    if outcome.has(role="dead"):
        dead = int(outcome.of_role("dead")[-1])
        share = f"{dead / ever:.2%} of the infected" if ever else ""
        yield KeyFigure("Deaths", dead, f"{dead:,}", share)
    never = int(outcome.of_role("susceptible")[-1])
    yield KeyFigure("Susceptible at the end", never, f"{never:,}", f"{never / people:.1%}")
    known = [r for r in outcome.r_t if r is not None]
    if known:
        yield KeyFigure("Largest R", max(known), f"{max(known):.2f}", "infections by one person")


def _peak(outcome: Outcome, label: str, counts: np.ndarray) -> KeyFigure:
    day = int(np.argmax(counts))
    date = f"{long_date(outcome.dates[day])}, day {day}"
    return KeyFigure(label, int(counts[day]), f"{int(counts[day]):,}", date)


def charts(outcome: Outcome) -> list[Chart]:
    """Return the curves of a run: infected now, new infections, R, hospital, every state."""
    shared = {
        "first": outcome.project.start_date,
        "days": outcome.last_day,
        "stamps": [one.day for one in outcome.moved],
    }
    series = [
        part.series(outcome.project.folder)
        for part in outcome.project.observations
        if isinstance(part, Comparison)
    ]
    r_t = np.array([np.nan if r is None else r for r in outcome.r_t], np.float64)
    infected = Curve("Infected now", outcome.infected, "infectious", True)
    new = Curve("New infections", outcome.new, "exposed", True)
    found = [
        Chart("Infected now", "people, each evening", curves=[infected], **shared),
        Chart("New infections", "people a day", curves=[new], **shared),
        Chart("R", "infections by one infected person", curves=[Curve("R", r_t, "accent")],
              level=1.0, **shared),
    ]  # fmt: skip
    found += [_compared(outcome, one, shared) for one in series]
    if outcome.has(colour="hospital"):
        beds = Curve("In hospital", outcome.of_colour("hospital"), "hospital", True)
        found.append(Chart("In hospital", "people, each evening", curves=[beds], **shared))
    states = [
        Curve(state.label, outcome.totals[:, index], state.colour)
        for index, state in enumerate(outcome.states)
    ]
    found.append(Chart("All states", "people, each evening", curves=states, **shared))
    return found


def _compared(outcome: Outcome, series: Series, shared: dict) -> Chart:
    """Hold observed counts against the states, or the new infections, that they are to match."""
    columns = [state.name in series.states for state in outcome.states]
    model = outcome.new if series.new else outcome.totals[:, columns].sum(axis=1)
    first = np.datetime64(outcome.project.start_date, "D")
    days = (series.dates.astype("datetime64[D]") - first).astype(np.int64)
    curves = [
        Curve("Model", model, "infectious", True),
        Curve("Observed", series.counts, "ink", days=days),
    ]
    unit = "people a day" if series.new else "people"
    return Chart(series.label, unit, curves=curves, **shared)
