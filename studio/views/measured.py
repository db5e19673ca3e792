"""Measured: what the observations of the model count, in words, figures and tables."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.places import safe_name
from populace.engine.observations.base import Comparison, Measurement
from populace.engine.records import Status
from populace.studio.courier import Courier
from populace.studio.measuring import Counted, Findings
from populace.studio.session import Session
from populace.studio.views import numbers
from populace.studio.views.export_menu import as_file
from populace.studio.views.measured_figures import body
from populace.studio.views.measured_words import about, title_of

HERE = Path(__file__).parent
NOTHING = "This model measures nothing:"
COMPUTED = (
    "Nothing is measured here: so many people are computed and not listed, and what happens to "
    "each of them is not kept."
)
BUILDING = "The run is being built: there is something to count from its first day on."
FAILED = "The run was stopped: nothing more is counted."


class Measured(JSComponent):
    """A pane of the page that is kept up to date while somebody looks at it.

    Items go by message, as those of a menu do. ``courier`` brings a table to the browser.
    """

    _esm = HERE / "measured.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "measured.css"]

    def __init__(self, session: Session, courier: Courier, **settings: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **settings)
        self._session, self._courier = session, courier
        self._findings: Findings | None = None
        self._items: list[dict[str, str]] = self._compared()
        self._stop: Callable[[], None] | None = None
        self._phase = ""
        session.on_close(self._close)
        session.on_status(self._follow)

    @property
    def measures(self) -> bool:
        """Whether the model has anything to count."""
        return any(isinstance(one, Measurement) for one in self._session.project.observations)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if "open" in data:
            self._session.in_page(partial(self._look, bool(data["open"])))
        elif "csv" in data:
            self._take_away(str(data["csv"]))

    def _look(self, looked_at: bool) -> None:
        """Count while somebody looks, and no longer."""
        if looked_at and self._stop is None and self.measures:
            self._stop = self._session.measuring.watch(self._tell)
        elif not looked_at:
            self._close()
        if looked_at:
            self._show()

    def _close(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _tell(self, findings: Findings) -> None:
        """Draw in the thread that counted: tables may be long."""
        items = [self._item(one, findings) for one in findings.counted]
        self._session.in_page(partial(self._take, findings, items))

    def _take(self, findings: Findings, items: list[dict[str, str]]) -> None:
        self._findings, self._items = findings, [*self._compared(), *items]
        self._show()

    def _follow(self, status: Status) -> None:
        """Say it when a run ends or goes on: what was counted has not changed with that."""
        if status.phase != self._phase:
            self._phase = status.phase
            if self._stop is not None:
                self._show()

    def _show(self) -> None:
        offer = not self.measures and self._session.runner.crowd is None
        self._send_msg({"state": self._state(), "offer": offer, "items": self._items})

    def _state(self) -> str:
        if self._session.runner.crowd is not None:
            return COMPUTED
        if not self.measures:
            return NOTHING
        if self._findings is None:
            return FAILED if self._phase == "failed" else BUILDING
        until = f"Counted until {numbers.long_date(self._findings.date)}"
        return f"{until}, day {self._findings.day:,}{self._goes_on(self._findings.day)}."

    def _goes_on(self, day: int) -> str:
        """Return what follows the day counted: a run that has just ended is still being counted."""
        if day >= self._session.project.days:
            return ", the last day"
        goes_on = {"running": "; the run goes on", "finished": "; the rest is being counted"}
        return goes_on.get(self._phase, "")

    def _compared(self) -> list[dict[str, str]]:
        """Return what is not counted: data to compare with."""
        return [
            {"key": "", "title": one.own_label, "about": compared(one), "html": "", "save": ""}
            for one in self._session.project.observations
            if isinstance(one, Comparison)
        ]

    def _item(self, one: Counted, findings: Findings) -> dict[str, str]:
        title = title_of(one.part)
        return {
            "key": one.part.own_name,
            "title": title,
            "about": about(one.part),
            "html": body(one, findings, self._session.project),
            "save": "" if one.table is None else f"Save {title} as CSV",
        }

    def _take_away(self, key: str) -> None:
        """Bring a table to the browser; to write a long one takes a while."""
        found = self._findings.counted if self._findings else ()
        for one in found:
            if one.part.own_name == key and one.table is not None:
                threading.Thread(target=self._deliver, args=[one], daemon=True).start()

    def _deliver(self, counted: Counted) -> None:
        assert counted.table is not None
        name = f"{safe_name(self._session.project.name)}-{counted.part.own_name}.csv"
        content = as_file(counted.table, "csv")
        self._session.in_page(partial(self._courier.deliver, name, "text/csv", content))


def compared(one: Comparison) -> str:
    """Return where data to compare with is to be seen."""
    label = getattr(one, "legend", "")
    return f"{label}: counts from the world. They are drawn as circles over the curves."
