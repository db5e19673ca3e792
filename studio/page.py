"""Page: one browser page on one run. Lays out the views and tells them what happened."""

import time
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote

# Bokeh looks at pandas whenever it is there: it must not be half imported by another thread.
import pandas  # noqa: F401
import panel as pn
import panel_material_ui as pmui
import psutil
from markupsafe import Markup

from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.project import Project
from populace.engine.records import Applied, Status
from populace.engine.report.page import CheckLine
from populace.engine.snapshot import Snapshot
from populace.layers.themes import THEMES
from populace.studio import projects
from populace.studio.checking import Checking
from populace.studio.controls.live_controls import LiveControls
from populace.studio.drafts import find_draft
from populace.studio.effect_part import part_of
from populace.studio.effects import Effects
from populace.studio.estimating import Estimating
from populace.studio.material import theme_config, variables
from populace.studio.runs import RUNS, RunRefusedError
from populace.studio.session import Session, ThemeName
from populace.studio.views.area import AreaCard
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board
from populace.studio.views.browser import Browser
from populace.studio.views.cards import Cards
from populace.studio.views.checks import Checks
from populace.studio.views.epidemic_curve import EpidemicCurve
from populace.studio.views.export_menu import Background, ExportMenu
from populace.studio.views.legend import Legend
from populace.studio.views.looks import LOOKS, Looks
from populace.studio.views.map import MapView
from populace.studio.views.measured import Measured
from populace.studio.views.notice import Notice
from populace.studio.views.person import PersonCard
from populace.studio.views.scrubber import Scrubber
from populace.studio.views.timeline import Timeline
from populace.studio.views.top_bar import TopBar, pace_to_watch
from populace.studio.views.tornado import Tornado
from populace.studio.views.whole_range import WholeRange
from populace.studio.views.words import Words
from populace.studio.visitor import argument, user

HERE = files("populace.studio")
OF_THIS_RUN = "(this run)"  # a project that the menu does not offer: made in the Compose room
EDITED = "edited"
SIZE_S = 2.0  # memory is read this often
DAYS_LATER = 7  # effects from today on are asked for again so many days later


def page(own: str = projects.DEFAULT) -> pn.template.BaseTemplate:
    """Return a page for the browser that asks now; ``own`` is the project of the server.

    ``?run=KEY`` in the address finds a run that still lives, ``?project=NAME`` opens a sample,
    ``?from=KEY&day=N`` begins a run that goes on from a day of another.
    """
    pn.extension()
    offered = projects.choices(own)
    wanted = argument("project")
    # An address may name what the page offers, and no file of this machine.
    name = wanted if wanted in offered.values() else own
    try:
        session = _session(name)
    except (ProjectError, RunRefusedError) as error:
        return refused(str(error))
    pace = session.runner.speed
    if session.key != argument("run"):
        pace = pace_to_watch(session.project.days)
        session.set_speed(pace)
    made = Page(session, offered, pace)
    made.look_as(argument("look"), argument("view"))
    query = {"run": session.key}
    if made.name in projects.samples().values():
        query["project"] = made.name
    pn.state.onload(partial(_keep_in_address, **query))
    return made.template()


class Page:
    """Everything that one browser page shows."""

    def __init__(self, session: Session, offered: dict[str, str], pace: float | None) -> None:
        self._session = session
        opened = find_draft(argument("draft"), user())
        self._began_with = opened.workspace.began_with if opened else ""
        self.name = projects.name_of(session.project, offered) or OF_THIS_RUN
        if self.name == OF_THIS_RUN:
            # One more line, never that of the project which it was made of: a choice that is not
            # among those offered is changed to the first of them, and another run would begin.
            label = session.project.name
            label = f"{label} ({EDITED})" if label in offered else label
            offered = {label: OF_THIS_RUN, **offered}
        self._process = psutil.Process()
        self._controls = LiveControls(
            session.project, session.runner.values(), session.change, self._ask_effects
        )
        self._estimating = Estimating(
            lambda effects: session.in_page(partial(self._show_effects, effects))
        )
        session.on_close(self._estimating.close)
        self._board = Board(lambda: session.in_page(self._draw_again))
        self._tornado = Tornado(self._board, self._controls.labels)
        self._whole_range = WholeRange(session, self._as_it_is, self._controls.labels)
        self._top = TopBar(session, offered, self.name, pace, self._board)
        self._notice = Notice()
        self._browser = Browser(self._heard)
        self._theme = pmui.IconButton(
            icon="light_mode",
            description="Light or dark",
            size="small",
            margin=0,
            theme_config=theme_config(),
        )
        self._map = MapView(session)
        self._checks = Checks(self._board)
        self._checking = Checking(
            lambda checked: session.in_page(partial(self._checks.show, checked))
        )
        session.on_close(self._checking.close)
        self._legend = Legend(self._board)
        self._curve = EpidemicCurve(session.project, self._board)
        self._timeline = Timeline(
            session.project, self._controls.in_words, self._curve.source, self._board
        )
        self._views: tuple[View, ...] = (
            self._top,
            self._legend,
            Cards(self._board),
            self._curve,
            Words(self._board),
            self._timeline,
        )
        self._person = PersonCard(session, self._map)
        self._area = AreaCard(session, self._map)
        self._area.chosen = self._ask_of_area
        self._scrubber = Scrubber(session.project, session.key, self._look_back)
        self._looks = Looks(self._map_look)
        self._export = ExportMenu(
            session.runner,
            look=lambda: self._map.view,
            state=self._in_address,
            background=self._background,
            in_page=session.in_page,
        )
        self._measured = Measured(session, self._export.courier)
        self._next_size = 0.0
        self._asked_on: Snapshot | None = None  # the newest day when effects were asked for
        self._theme.on_click(lambda _: session.in_page(self._turn))
        self._top.project.param.watch(
            lambda event: session.in_page(partial(self._open, event.new)), "value"
        )
        session.on_status(self._status)
        session.on_applied(self._applied)
        session.on_snapshot(self._draw)
        session.on_theme(self._paint)

    def template(self) -> pn.template.BaseTemplate:
        """Return the page as a document: landmarks and grid in HTML, the parts embedded."""
        bar = self._top.parts | {"export": self._export.menu, "theme": self._theme}
        parts = {
            **bar,
            "controls": self._controls,
            "map": self._map,
            "looks": self._looks,
            "person": self._person,
            "area": self._area,
            "notice": self._notice,
            "curves": self._curve,
            "measured": self._measured,
            "whole_range": self._whole_range,
            "timeline": self._timeline,
            "scrubber": self._scrubber,
            "browser": self._browser,
            "board": self._board,
            "courier": self._export.courier,
        }
        draft = argument("draft")
        run = f"run={self._session.key}"
        edit = f"compose?{run}" + (f"&draft={quote(draft)}" if draft else "")
        if self.name in projects.samples().values():
            run += f"&project={quote(self.name)}"  # for when the run has ended
        addresses = {"edit": edit, "compare": f"compare?{run}", "fit": f"fit?{run}"}
        return _shell(parts, top=list(bar), addresses=addresses)

    def look_as(self, look: str, view: str) -> None:
        """Show what an address says that was shared: a look, and a part of the map."""
        if look in LOOKS.values():
            self._looks.chosen = next(name for name, key in LOOKS.items() if key == look)
            self._map_look(look)
        edges = view.split(",")
        if len(edges) == 4:
            self._map.begin_at(edges)

    def _background(self) -> Background:
        """Return what a report tells beside the run: the sample it began with, and its checks."""
        project = self._session.project
        sample = self._began_with or projects.sample_of(project)
        now = project.with_values(self._session.runner.values())
        checks = [
            CheckLine(one.title, bool(one.passed), one.figures) for one in self._checking.found(now)
        ]
        base = Project.load(sample) if sample else None
        return Background(base, tuple(checks), self._session.shown)

    def _in_address(self) -> dict[str, str]:
        """Return what an address must say to show another browser the same."""
        shown = {"run": self._session.key, "look": self._map.look, "theme": self._session.theme}
        if self.name in projects.samples().values():
            shown["project"] = self.name
        if (view := self._map.view) is not None:
            shown["view"] = ",".join(f"{edge:.1f}" for edge in view.place[:4])
        return shown

    # What the run says

    def _status(self, status: Status) -> None:
        self._top.follow(status)
        self._notice.follow(status, self._session.runner.snapshot is not None)

    def _applied(self, applied: Applied) -> None:
        self._controls.take(applied)
        if self._controls.outcome:
            self._ask_effects(self._controls.outcome)

    def _draw(self, snapshot: Snapshot) -> None:
        """Show a day; the curves have all days that there are, also while the page looks back."""
        people, newest = self._session.runner.people, self._session.runner.snapshot
        if people is None or newest is None:
            return
        now, shown = self._moment(newest), self._moment(snapshot)
        for view in self._views:
            view.draw(now if view in (self._curve, self._timeline) else shown)
        self._scrubber.follow(newest, snapshot)
        self._person.follow(snapshot)
        self._area.follow(snapshot)
        self._ask_of_later(newest)
        self._board.mark(snapshot.date)
        self._looks.offer(districts=people.places.boundaries is not None)
        self._show_size(people)
        self._board.send()

    def _moment(self, snapshot: Snapshot) -> Moment:
        runner = self._session.runner
        return Moment(
            self._session.project,
            snapshot,
            runner.history[: snapshot.day + 1],
            runner.epoch,
            tuple(one for one in runner.applied if one.day <= snapshot.day + 1),
            runner.agent_count,
        )

    def _look_back(self, day: int | None) -> None:
        self._session.in_page(partial(self._session.look_back, day))

    def _draw_again(self) -> None:
        """Draw for a browser that has just come; what was sent before went nowhere."""
        self._curve.send_again()
        self._timeline.send_again()
        if (snapshot := self._session.shown) is not None:
            self._draw(snapshot)

    def _show_size(self, people: People) -> None:
        if time.monotonic() < self._next_size:
            return
        self._next_size = time.monotonic() + SIZE_S
        used = self._process.memory_info().rss / 1e9
        count = self._session.runner.agent_count
        self._top.show_size(count, f"{used:.1f} GB of memory", people.places.notes)

    # What the person does. Clicks and messages may arrive without the lock of the document, which
    # a change of a figure needs: `in_page` has it.

    def _heard(self, name: str, value: Any) -> None:
        if name == "space":
            self._session.in_page(self._top.toggle)
        elif name == "check":
            values = self._session.runner.values()
            self._checking.start(self._session.project.with_values(values))
        elif name == "theme" and value in THEMES:
            self._session.in_page(partial(self._dress, value))

    def _ask_effects(self, outcome: str, *, quietly: bool = False) -> None:
        if not outcome:
            self._estimating.close()
            self._controls.forget_effects()
            self._tornado.forget()
            return
        choice = self._controls.effect_choice
        self._asked_on = self._session.runner.snapshot
        try:
            project, part = part_of(
                self._session.runner,
                today=choice.today,
                in_area=choice.in_area,
                choice=self._area.choice,
            )
        except ProjectError as error:
            self._estimating.drop()
            # After what was told before, which may still be on its way.
            wrong = Effects(outcome, running=False, note=str(error))
            self._session.in_page(partial(self._show_effects, wrong))
            return
        self._estimating.ask(project, outcome, part, quietly=quietly)

    def _ask_of_area(self) -> None:
        if self._controls.outcome and self._controls.effect_choice.in_area:
            self._ask_effects(self._controls.outcome)

    def _ask_of_later(self, snapshot: Snapshot) -> None:
        """Ask again what the effects from today on are, when the run has gone on for a while."""
        asked, outcome = self._asked_on, self._controls.outcome
        if not outcome or not self._controls.effect_choice.today:
            return
        if snapshot.day >= self._session.project.days:
            return  # the last answer stays
        stands = (
            asked is not None
            and asked.run == snapshot.run
            and snapshot.day < asked.day + DAYS_LATER
        )
        if not stands and not self._estimating.busy:
            # Where nothing was asked yet, what is said of that is over.
            self._ask_effects(outcome, quietly=asked is not None)

    def _as_it_is(self) -> Project:
        """Return the project with the numbers that the sliders show."""
        return self._session.project.with_values(self._session.runner.values())

    def _show_effects(self, effects: Effects) -> None:
        if effects.outcome == self._controls.outcome:
            self._controls.show_effects(effects)
            self._tornado.show(effects)

    def _dress(self, theme: ThemeName) -> None:
        self._session.theme = theme

    def _turn(self) -> None:
        self._session.theme = "light" if self._session.theme == "dark" else "dark"

    def _map_look(self, look: str) -> None:
        self._session.in_page(partial(self._show_look, look))

    def _show_look(self, look: str) -> None:
        self._map.look = look
        self._legend.look(look)

    def _open(self, name: str) -> None:
        if name == self.name:
            return
        try:
            project = Project.load(name)
            self._session.open_project(project, pace_to_watch(project.days))
        except (ProjectError, RunRefusedError) as error:
            self._notice.refuse(str(error))
            self._top.project.value = self.name

    def _paint(self, name: str) -> None:
        self._browser.theme = name
        self._theme.icon = "light_mode" if name == "dark" else "dark_mode"
        for view in self._views:
            view.paint(THEMES[name])


def _session(name: str) -> Session:
    """Return the session of the run that the address asks for."""
    key, source = argument("run"), argument("from")
    if not source or RUNS.find(key) is not None:
        return Session(_project(name), key=key)
    run, day = RUNS.find(source), argument("day")
    if run is None or not day.isdigit():
        raise RunRefusedError(
            "The run from which this one should go on has ended: a run ends a minute after its "
            "last page. Open the model again, and let it run to that day."
        )
    project, beginning = run.runner.until(int(day))
    return Session(project, seed=run.runner.seed, beginning=beginning)


def _project(name: str) -> Project:
    """Return the project that the address asks for: an open draft's, or that of this name."""
    if RUNS.find(argument("run")) is None and (opened := find_draft(argument("draft"), user())):
        return opened.draft.project()
    return Project.load(name)


def refused(cause: str) -> pn.template.BaseTemplate:
    """Return a page that says why there is no run."""
    notice = Notice()
    notice.refuse(cause)
    return _shell({"notice": notice}, top=[])


def _shell(
    parts: Mapping[str, Any], *, top: list[str], addresses: Mapping[str, str] | None = None
) -> pn.template.BaseTemplate:
    shell = pn.Template((HERE / "page.html").read_text(encoding="utf-8"), location=True)
    shell.add_variable("style", variables() + (HERE / "style.css").read_text(encoding="utf-8"))
    shell.add_variable("html_attrs", Markup('data-theme="dark" data-theme-managed="true"'))
    shell.add_variable("top", top)
    for room in ("edit", "compare", "fit"):
        shell.add_variable(room, (addresses or {}).get(room, ""))
    for name, part in parts.items():
        shell.add_panel(name, pn.panel(part))
    return shell


def _keep_in_address(**query: str) -> None:
    """Write the run into the address, so that a reload finds it."""
    if pn.state.location is not None:
        pn.state.location.update_query(**query)  # type: ignore[arg-type]
