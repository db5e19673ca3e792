"""Results: what the page shows of the data and of the fit."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np

from populace.engine.calibration.fitting import FitProgress
from populace.engine.calibration.posterior import Posterior, Predicted
from populace.engine.calibration.series import FitSeries
from populace.engine.project import Project
from populace.layers.themes import Theme
from populace.studio.fit.curves import COLUMNS, FitCurves
from populace.studio.fit.drawings import marginals_html, pairs_html
from populace.studio.fit.sheet import Sheet
from populace.studio.fit.words import ended_in_words, meaning, progress_html

_EMPTY = (
    "<p class='dim'>Press Fit: the model is run again and again with guessed values, and those "
    "guesses are kept whose runs come closer and closer to what was observed.</p>"
)
_NO_DATA = "<p class='dim'>The fit appears here as soon as the model has data.</p>"
_KEY = (
    '<span><i class="dot"></i>observed</span><span><i class="line"></i>median of the fit</span>'
    '<span><i class="band"></i>half of what the fit expects</span>'
    '<span><i class="band wide"></i>90 % of it</span>'
)
_FILES = (
    ("posterior", "Values as CSV"),
    ("predictive", "Curves as CSV"),
    ("plan", "fit.yaml"),
    ("open", "Open the fitted model"),
)


class Results:
    """The right side: progress, what it means, the curves, and what the data say of each number."""

    def __init__(
        self,
        project: Project,
        hear: Callable[[Mapping[str, Any]], None],
        *,
        has_data: bool = True,
    ) -> None:
        self._empty = _EMPTY if has_data else _NO_DATA
        self._settings = {one.path: one for one in project.settings()}
        self.posterior: Posterior | None = None
        self._observed: dict[str, FitSeries] = {}
        self.shown = ""
        self.head = Sheet(hear, "progress", "meaning", "files", "title")
        self.found = Sheet(hear, "numbers", "pairs")
        self.curves = FitCurves(project)

    def observe(self, series: Mapping[str, FitSeries]) -> None:
        """Show data to which nothing is fitted yet."""
        if list(self._observed.items()) != list(series.items()):
            self._observed = dict(series)
            self._draw_curves()

    def tell(self, now: FitProgress, particles: int) -> None:
        """Say how far the fit is, or how it ended."""
        if now.phase == "failed":
            self.head.say(progress="")
        elif now.over:
            said = escape(ended_in_words(now, self.posterior))
            self.head.say(progress=f'<p class="said" role="status">{said}</p>')
        else:
            self.head.say(progress=progress_html(now, particles))

    def tell_other(self) -> None:
        """Say that what is shown was fitted with other settings."""
        said = "Settings were changed: what is shown was fitted before. Press Fit."
        self.head.say(progress=f'<p class="said" role="status">{said}</p>')

    def take(self, posterior: Posterior | None) -> None:
        """Show what was found so far, or nothing."""
        self.posterior = posterior
        if posterior is None:
            self.head.say(meaning=self._empty, files="")
            self.found.say(numbers="", pairs="")
        else:
            said = "".join(f"<li>{escape(one)}</li>" for one in meaning(posterior, self._settings))
            self.head.say(meaning=f'<ul class="meaning">{said}</ul>', files=_files())
            self.found.say(
                numbers=marginals_html(posterior, self._settings),
                pairs=pairs_html(posterior, self._settings),
            )
        self._draw_curves()

    def show(self, name: str) -> None:
        """Draw another series, if there is such a one."""
        self.shown = name
        self._draw_curves()

    def paint(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.curves.paint(theme)

    def _draw_curves(self) -> None:
        predicted = {one.name: one for one in self._predicted}
        labels = {name: one.label for name, one in self._observed.items()}
        labels |= {name: one.label for name, one in predicted.items()}
        if self.shown not in labels:
            self.shown = next(iter(labels), "")
        if not labels:
            self.head.say(title="")
            self.curves.clear()
            return
        self.head.say(title=_title(labels, self.shown))
        if self.shown in predicted:
            self.curves.draw(_of_fit(predicted[self.shown]))
        else:
            self.curves.draw(_of_data(self._observed[self.shown]))

    @property
    def _predicted(self) -> list[Predicted]:
        return [] if self.posterior is None else self.posterior.predictive()


def _files() -> str:
    buttons = "".join(
        f'<button type="button" data-what="{what}">{label}</button>' for what, label in _FILES
    )
    return f'<div class="row">{buttons}</div>'


def _title(labels: Mapping[str, str], shown: str) -> str:
    tabs = ""
    if len(labels) > 1:
        buttons = "".join(
            f'<button type="button" data-what="show" data-value="{escape(name)}" '
            f'aria-pressed="{"true" if name == shown else "false"}">{escape(label)}</button>'
            for name, label in labels.items()
        )
        tabs = f'<div class="row" role="group" aria-label="Series">{buttons}</div>'
    return (
        f'{tabs}<div class="key"><h3>{escape(labels[shown])}</h3>'
        f'<span>people, by date</span>{_KEY}</div>'
    )  # fmt: skip


def _of_fit(one: Predicted) -> dict[str, Any]:
    columns: dict[str, Any] = {name: getattr(one, name) for name in COLUMNS[1:-1]}
    return {"date": _milliseconds(one.dates), **columns, "left": one.residual}


def _of_data(one: FitSeries) -> dict[str, Any]:
    nothing = np.full(len(one.dates), np.nan)
    columns: dict[str, Any] = dict.fromkeys(COLUMNS, nothing)
    return columns | {"date": _milliseconds(one.dates), "observed": one.values}


def _milliseconds(dates: np.ndarray) -> np.ndarray:
    """Return dates as Bokeh counts time."""
    return dates.astype("datetime64[ms]").astype(np.float64)
