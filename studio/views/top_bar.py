"""TopBar: what steers the run, always visible, and where the run is in time."""

import html
import math
from collections.abc import Mapping
from typing import Any

import panel as pn
import panel_material_ui as pmui

from populace.engine.devices import has_graphics_card
from populace.engine.records import Status
from populace.studio.material import theme_config
from populace.studio.session import Session
from populace.studio.views import numbers
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board

RUNNING = "Pause"  # what the button says, and does, while days pass
FASTEST = "As fast as it goes"
SPEEDS: dict[str, float | None] = {
    "1 day a second": 1.0,
    "2 days a second": 2.0,
    "4 days a second": 4.0,
    "8 days a second": 8.0,
    "15 days a second": 15.0,
    "20 days a second": 20.0,
    FASTEST: None,
}


DEVICES = {"Processor": "cpu", "Graphics card": "cuda"}
WATCHED_S = 45.0  # a run that one can follow takes about this long


def pace_to_watch(days: int) -> float:
    """Return the days per second of the offered pace at which a run is well watched."""
    offered = [pace for pace in SPEEDS.values() if pace is not None]
    return min(offered, key=lambda pace: abs(math.log(days / pace / WATCHED_S)))


def _name_of(pace: float | None) -> str:
    return next((name for name, offered in SPEEDS.items() if offered == pace), FASTEST)


class TopBar(View):
    """Project, Reset, Run or Pause, Step, Speed, the date, and the size of the run.

    The page lays out its parts: `parts` names them. ``pace`` is what the run was told to keep.
    What a button says while a run is built is what it says just after: a Material widget can miss
    a change that comes while the page is loading.
    """

    def __init__(
        self,
        session: Session,
        projects: Mapping[str, str],
        project: str,
        pace: float | None,
        board: Board,
    ) -> None:
        self._session = session
        self.project = pmui.Select(options=dict(projects), value=project, **_look("Project", None))
        self.reset = _button("Reset", "restart_alt")
        self.run = _button(RUNNING, "pause", "contained")
        self.step = _button("Step", "skip_next")
        self.speed = pmui.Select(options=list(SPEEDS), value=_name_of(pace), **_look("Speed", 168))
        self.device = pmui.Select(
            options=DEVICES, value=session.runner.device, **_look("Computed on", 150)
        )
        self.device.param.watch(lambda event: session.use_device(event.new), "value")
        self._clock, self._size = board.text("clock"), board.text("size")
        self.reset.on_click(lambda _: session.reset())
        self.step.on_click(lambda _: session.step())
        self.run.on_click(lambda _: self.toggle())
        self._pace_seen, self._following = session.runner.speed, False
        self.follow(session.runner.status)
        self.speed.param.watch(lambda event: self._order_pace(SPEEDS[event.new]), "value")

    @property
    def parts(self) -> dict[str, pn.viewable.Viewable]:
        """Return the parts by name, from left to right; a device where there is a choice."""
        device = {"device": self.device} if has_graphics_card() else {}
        return {
            "project": self.project,
            "reset": self.reset,
            "run": self.run,
            "step": self.step,
            "speed": self.speed,
            **device,
        }

    def toggle(self) -> None:
        """Hold a run that runs; let one that holds go on."""
        if self.run.disabled:
            return
        if self.run.label == RUNNING:
            self._session.pause()
        else:
            self._session.run()
        self._show_running(self.run.label != RUNNING)

    def follow(self, status: Status) -> None:
        """Show what can be done now."""
        if status.phase == "building":
            return
        self._show_running(status.phase == "running")
        self.run.disabled = self.step.disabled = status.phase in ("failed", "finished")
        self._follow_pace(self._session.runner.speed)

    def _follow_pace(self, pace: float | None) -> None:
        """Show a pace that another page chose; one that was just chosen here is not there yet."""
        if pace != self._pace_seen:
            self._pace_seen, self._following = pace, True
            self.speed.value = _name_of(pace)
            self._following = False

    def _order_pace(self, pace: float | None) -> None:
        if not self._following:
            self._session.set_speed(pace)

    def _show_running(self, running: bool) -> None:
        self.run.label, self.run.icon = (RUNNING, "pause") if running else ("Run", "play_arrow")

    def draw(self, moment: Moment) -> None:
        snapshot = moment.snapshot
        self._clock.write(
            f"<time datetime='{snapshot.date}'>{numbers.long_date(snapshot.date)}</time>"
            f"<span>day {snapshot.day}</span>"
        )

    def show_size(self, people: int, memory: str, notes: tuple[str, ...]) -> None:
        """Say how large the run is, and what the population leaves out."""
        self._size.write(f"{people:,} people · {memory}" + _left_out(notes))


def _left_out(notes: tuple[str, ...]) -> str:
    if not notes:
        return ""
    lines = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return (
        '<button type="button" popovertarget="left-out" title="What is left out, or assumed">'
        'What is left out</button><div id="left-out" popover><h2>What is left out, or assumed</h2>'
        f"<ul>{lines}</ul></div>"
    )


def _look(label: str, width: int | None) -> dict[str, Any]:
    """Return what all parts share; without a width a part is as wide as the page makes it."""
    return {
        "label": label,
        "width": width,
        "sizing_mode": None if width else "stretch_width",
        "size": "small",
        "variant": "outlined",
        "margin": 0,
        "theme_config": theme_config(),
    }


_CALM = {"&:not(.Mui-disabled)": {"color": "var(--ink)"}, "borderColor": "var(--line)"}


def _button(label: str, icon: str, variant: str = "outlined") -> pmui.Button:
    settings = _look(label, 96) | {"variant": variant, "icon": icon}
    return pmui.Button(color="primary", sx=None if variant == "contained" else _CALM, **settings)
