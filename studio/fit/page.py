"""The Fit room: values that explain what was observed, found by pointing."""

from collections.abc import Callable, Mapping
from html import escape
from importlib.resources import files
from typing import Any

import panel as pn
from bokeh.document import Document
from markupsafe import Markup

from populace.engine.calibration.fitting import Fitting
from populace.engine.calibration.plan import FILE_NAME, METHODS
from populace.engine.errors import ProjectError
from populace.engine.kernels.cpu import core_count
from populace.layers.themes import THEMES
from populace.studio import projects
from populace.studio.arrival import await_browser, in_document
from populace.studio.asked import Asked, asked
from populace.studio.courier import Courier
from populace.studio.drafts import open_draft
from populace.studio.fit.choice import KINDS
from populace.studio.fit.desk import FitDesk
from populace.studio.fit.fits import FITS
from populace.studio.fit.results import Results
from populace.studio.fit.setup import Setup
from populace.studio.material import variables
from populace.studio.page import refused
from populace.studio.visitor import user

HERE = files("populace.studio.fit")
LOOK_MS = 400  # how often a page looks at its fit
_LOOKS = ("theme", "show")  # these change what is seen, and nothing that was said
_ABOUT = {
    "abc_smc": "Guesses values, runs the model with each, and keeps those whose counts come close "
    "to the data; round by round it looks closer to what was kept. Gives ranges, not one value."
}


def fit_room(own: str = projects.DEFAULT) -> pn.template.BaseTemplate:
    """Return the page for the browser that asks now.

    ``?draft=KEY`` fits an open draft, ``?run=KEY`` a run as its sliders are now, ``?project=NAME``
    a sample.
    """
    pn.extension()
    try:
        room = FitPage(asked(own))
    except ProjectError as error:
        return refused(str(error))
    return room.template()


class FitPage:
    """Everything that one browser page of the room shows."""

    def __init__(self, found: Asked) -> None:
        self.project, self._query, self._user = found.project, found.query, user()
        self.setup = Setup(self.project)
        self._document: Document | None = pn.state.curdoc
        self._clock: Any = None
        self._fitting: Fitting | None = None
        self._entered = False  # whether the fit is counted as looked at by this page
        self.desk = FitDesk(
            self._heard,
            kinds=[{"kind": kind, "label": label, "numbers": numbers}
                   for kind, (label, numbers) in KINDS.items()],
            methods=[{"name": name, "label": label.partition(":")[0], "about": _ABOUT.get(name, "")}
                     for name, label in METHODS.items()],
            compose=self._address("compose"),
            wrong=self.setup.wrong,
        )  # fmt: skip
        self.results = Results(self.project, self._heard, has_data=bool(self.setup.observed))
        self._courier = Courier()
        self._acts: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "vary": lambda data: self.setup.vary(str(data["path"]), bool(data["on"])),
            "kind": lambda data: self.setup.choice(str(data["path"])).choose(
                self.project, str(data["kind"])
            ),
            "number": lambda data: self.setup.choice(str(data["path"])).type(
                self.project, str(data["name"]), str(data["value"])
            ),
            "observed": self._observe,
            "series": lambda data: self.setup.series(str(data["name"])).set(
                self.project, str(data["key"]), str(data["value"])
            ),
            "method": lambda data: self.setup.choose(str(data["method"])),
            "numbers": self._take_numbers,
            "fit": self._fit,
            "stop": lambda data: self._stop(),
            "show": lambda data: self.results.show(str(data["value"])),
            "theme": lambda data: self.results.paint(THEMES[str(data["theme"])]),
            "posterior": lambda data: self._deliver("posterior"),
            "predictive": lambda data: self._deliver("predictive"),
            "plan": lambda data: self._deliver("plan"),
            "open": lambda data: self._open(),
        }
        self.results.take(None)
        self._look_for_kept()
        self._draw()
        if self._document is not None:
            self._document.on_session_destroyed(lambda context: self.close())
            await_browser()

    def template(self) -> pn.template.BaseTemplate:
        """Return the page as a document: landmarks and grid in HTML, the parts embedded."""
        shell = pn.Template(_text("page.html"), location=True)
        shell.add_variable("style", variables() + _text("style.css"))
        shell.add_variable("html_attrs", Markup('data-theme="dark" data-theme-managed="true"'))
        shell.add_variable("name", escape(self.project.name))
        shell.add_variable("compose_address", self._address("compose"))
        shell.add_variable("compare_address", self._address("compare"))
        shell.add_variable("run_address", self._address("./"))
        parts: dict[str, Any] = {
            "desk": self.desk,
            "head": self.results.head,
            "found": self.results.found,
            "courier": self._courier,
        }
        has_data = bool(self.setup.observed)
        shell.add_variable("has_data", has_data)
        if has_data:
            curves = self.results.curves
            parts |= {"fit": curves.fit, "residuals": curves.residuals}
        for name, part in parts.items():
            shell.add_panel(name, pn.panel(part))
        return shell

    def close(self) -> None:
        """Leave: a fit that nobody looks at ends, and is kept."""
        self._leave()

    # What the person does

    def _heard(self, data: Mapping[str, Any]) -> None:
        """Do what the browser asks; what cannot be done is one sentence on the page."""
        what = str(data.get("what"))
        act = self._acts.get(what)
        if act is not None:
            self._in_page(lambda: self._try(lambda: act(data), keeps=what in _LOOKS))

    def _in_page(self, work: Callable[[], None]) -> None:
        """Do work once the browser can hear of it."""
        if self._document is None:
            work()
        else:
            in_document(self._document, work)

    def _try(self, act: Callable[[], None], *, keeps: bool = False) -> None:
        """Act; ``keeps``: what was said to be wrong stays."""
        wrong = self.desk.state["wrong"] if keeps else self.setup.wrong
        try:
            act()
        except ProjectError as error:
            wrong = str(error)
        self.desk.say(wrong=wrong)
        self._draw()

    def _observe(self, data: Mapping[str, Any]) -> None:
        self.setup.series(str(data["name"])).on = bool(data["on"])

    def _take_numbers(self, data: Mapping[str, Any]) -> None:
        names = ("runs", "particles", "people")
        self.setup.take_numbers(*(int(data.get(name) or 0) for name in names))

    def _fit(self, data: Mapping[str, Any]) -> None:
        if self._entered:
            return
        self._take_numbers(data)
        if self.setup.reason:
            raise ProjectError(self.setup.reason)
        self._attach(FITS.enter(self.project, self.setup.plan()))
        self.look()

    def _stop(self) -> None:
        if self._fitting is not None:
            self._fitting.stop()
            self.look()

    def _open(self) -> None:
        """Open the project with the medians as a new draft."""
        if self.results.posterior is not None:
            draft = open_draft(self.results.posterior.median_project(), user=self._user)
            self.desk.go(f"compose?draft={draft.key}")

    def _deliver(self, what: str) -> None:
        posterior = self.results.posterior
        if posterior is None:
            return
        if what == "plan":
            text = posterior.plan.as_yaml()
            self._courier.deliver(FILE_NAME, "application/yaml", text.encode())
        elif what == "posterior":
            self._courier.deliver_table("posterior.csv", posterior.values_table())
        else:
            self._courier.deliver_table("predictive.csv", posterior.predictive_table())

    # What the fit does

    def _look_for_kept(self) -> None:
        """Show a fit of these settings that goes on, or that was made before."""
        if self.setup.reason:
            return
        try:
            plan = self.setup.plan()
            found = FITS.kept(self.project, plan)
            if found is None:
                return
            if found.progress.over:
                self._show(found)
            else:
                self._attach(FITS.enter(self.project, plan))
        except ProjectError as error:
            self.desk.say(wrong=str(error))

    def _attach(self, fitting: Fitting) -> None:
        self._fitting, self._entered = fitting, True
        self.results.take(fitting.posterior)
        if self._document is not None:
            self._clock = pn.state.add_periodic_callback(
                lambda: self._in_page(self.look), period=LOOK_MS
            )

    def _show(self, fitting: Fitting) -> None:
        self._fitting = fitting
        self.results.take(fitting.posterior)
        self.results.tell(fitting.progress, fitting.plan.particles)

    def look(self) -> None:
        """Show how far the fit is, and what was found so far."""
        fitting = self._fitting
        if fitting is None or not self._entered:
            return
        now, posterior = fitting.progress, fitting.posterior
        if posterior is not self.results.posterior:
            self.results.take(posterior)
        self.results.tell(now, fitting.plan.particles)
        if now.over:
            self._leave()
            if fitting.error is not None:
                self.desk.say(wrong=f"The fit failed. {fitting.error}")
        self._draw()

    def _leave(self) -> None:
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
        if self._entered and self._fitting is not None:
            self._entered = False
            FITS.leave(self._fitting)

    # Drawing

    def _draw(self) -> None:
        state = self.setup.as_state()
        self._draw_end()
        self.desk.say(phase=self._phase(), cost=self._cost(), **state)
        series = {one.name: one.series for one in self.setup.observed.values() if one.on}
        self.results.observe({name: one for name, one in series.items() if one is not None})

    def _phase(self) -> str:
        if self._entered:
            return "running"
        fitting = self._fitting
        stopped = fitting is not None and fitting.progress.phase == "stopped"
        return "stopped" if stopped and self._is_of_now() else "ready"

    def _is_of_now(self) -> bool:
        """Tell whether what is shown was fitted with the settings as they are now."""
        if self._fitting is None or self.setup.reason:
            return False
        try:
            now = self.setup.plan()
        except ProjectError:
            return False
        return now.as_spec(whole=True) == self._fitting.plan.as_spec(whole=True)

    def _draw_end(self) -> None:
        """Say how the fit that is shown ended, or that it had other settings than those now."""
        fitting = self._fitting
        if fitting is None or self._entered:
            return
        if self._is_of_now():
            self.results.tell(fitting.progress, fitting.plan.particles)
        else:
            self.results.tell_other()

    def _cost(self) -> str:
        """Say how much a fit is."""
        people = self.setup.people or self.setup.most
        each = f" of {people:,} people" if people else ""
        cores = core_count()
        side = f", {cores} at a time" if cores > 1 else ""
        return f"{self.setup.runs:,} runs{each}{side}. The time left is told once it goes on."

    def _address(self, room: str) -> str:
        return f"{room}?{self._query}" if self._query else room


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
