"""The Compare room: scenarios of one model side by side, with bands and what each averts."""

import io
import threading
from collections.abc import Callable, Mapping
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import panel as pn
import pyarrow.csv
from bokeh.document import Document
from markupsafe import Markup

from populace.engine.analysis.table import Table
from populace.engine.editing.words import long_date
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.run_output import arrow_table
from populace.engine.scaling_model import in_words
from populace.engine.scenarios.bands import INFECTED, Band, band_of, bands_table, series_of
from populace.engine.scenarios.batch import Batch
from populace.engine.scenarios.comparison import compare, runs_table
from populace.engine.scenarios.result import Result
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study
from populace.layers.themes import THEMES
from populace.studio import projects
from populace.studio.compare.bench import PEOPLE_USUAL, Bench, policy_kinds
from populace.studio.compare.curves import COLOURS, DASHES, CompareCurves
from populace.studio.compare.desk import Desk
from populace.studio.compare.table import table_html
from populace.studio.courier import Courier
from populace.studio.drafts import find_draft
from populace.studio.material import variables
from populace.studio.page import refused
from populace.studio.runs import RUNS
from populace.studio.views import plot
from populace.studio.visitor import argument, user

HERE = files("populace.studio.compare")
LOOK_MS = 400  # how often a page looks at its runs
RUNS_MOST = 1_000
AT_ONCE_MOST = 2  # comparisons of all pages of this server that go on at once
_PLACES = threading.BoundedSemaphore(AT_ONCE_MOST)


def compare_room(own: str = projects.DEFAULT) -> pn.template.BaseTemplate:
    """Return the page for the browser that asks now.

    ``?draft=KEY`` compares scenarios of an open draft, ``?run=KEY`` those of a run as its sliders
    are now, ``?project=NAME`` those of a sample.
    """
    pn.extension()
    try:
        project, query = _wanted(own)
        room = ComparePage(project)
    except ProjectError as error:
        return refused(str(error))
    return room.template(query)


def _wanted(own: str) -> tuple[Project, str]:
    """Return the project that the address asks for, and what names it in an address."""
    opened = find_draft(argument("draft"), user())
    if opened is not None:
        return opened.draft.project(), f"draft={quote(opened.key)}"
    run = RUNS.find(argument("run"))
    if run is not None:
        runner = run.runner
        return runner.project.with_values(runner.values()), f"run={quote(runner.key)}"
    wanted = argument("project")
    # An address may name what the page offers, and no file of this machine.
    name = wanted if wanted in projects.choices(own).values() else own
    query = f"project={quote(name)}" if name in projects.samples().values() else ""
    return Project.load(name), query


class ComparePage:
    """Everything that one browser page of the room shows."""

    def __init__(self, project: Project) -> None:
        self.bench = Bench(project)
        self._document: Document | None = pn.state.curdoc
        self._batch: Batch | None = None
        self._study: Study | None = None
        self._ids: dict[str, int] = {}  # of the scenarios that were run, by name
        self._counted, self._runs = 0, dict[str, list[Result]]()
        self._clock: Any = None
        self._holds_place = False
        most = self.bench.people or 0
        smaller = self.bench.can_be_smaller
        self.desk = Desk(
            self._heard,
            kinds=policy_kinds(),
            people=min(most, PEOPLE_USUAL) if smaller else 0,
            most=most,
        )
        self.curves = CompareCurves(project)
        style = [_text("table.css")]
        wide = {"stylesheets": style, "sizing_mode": "stretch_width", "margin": 0}
        self.title = pn.pane.HTML("", **wide)
        empty = "<p>Choose or change scenarios at the left, then press Run.</p>"
        self.table = pn.pane.HTML(empty, **wide)
        self._courier = Courier()
        self._acts: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "select": lambda data: self._select(int(data["id"])),
            "duplicate": lambda data: self._select(self.bench.duplicate(int(data["id"]))),
            "remove": self._remove,
            "pin": lambda data: self.bench.pin(int(data["id"])),
            "rename": lambda data: self.bench.rename(int(data["id"]), str(data["name"])),
            "set": lambda data: self.bench.set_value(
                int(data["id"]), str(data["path"]), str(data["value"])
            ),
            "add": lambda data: self.bench.add_policy(int(data["id"]), str(data["kind"])),
            "leave": lambda data: self.bench.remove_policy(int(data["id"]), str(data["policy"])),
            "run": self._run,
            "pause": lambda data: self._on_batch(Batch.pause),
            "resume": lambda data: self._on_batch(Batch.resume),
            "stop": lambda data: self._on_batch(Batch.stop),
            "series": self._show_series,
            "theme": lambda data: self.curves.paint(THEMES[str(data["theme"])]),
            "figures": lambda data: self._deliver("figures.csv", runs_table(self._runs)),
            "bands": lambda data: self._deliver("curves.csv", self._bands_table()),
        }
        self._draw_desk()
        if self._document is not None:
            self._document.on_session_destroyed(lambda context: self.close())

    def template(self, query: str) -> pn.template.BaseTemplate:
        """Return the page as a document: landmarks and grid in HTML, the parts embedded."""
        shell = pn.Template(_text("page.html"), location=True)
        shell.add_variable("style", variables() + _text("style.css"))
        shell.add_variable("html_attrs", Markup('data-theme="dark" data-theme-managed="true"'))
        shell.add_variable("name", escape(self.bench.base.name))
        shell.add_variable("compose_address", f"compose?{query}" if query else "compose")
        shell.add_variable("run_address", f"./?{query}" if query else "./")
        parts: dict[str, Any] = {
            "desk": self.desk,
            "title": self.title,
            "curves": self.curves,
            "table": self.table,
            "courier": self._courier,
        }
        for name, part in parts.items():
            shell.add_panel(name, pn.panel(part))
        return shell

    def close(self) -> None:
        """End what goes on: finished runs are kept."""
        if self._batch is not None:
            self._batch.stop()
        self._give_place_back()

    # What the person does

    def _heard(self, data: Mapping[str, Any]) -> None:
        """Do what the browser asks; what cannot be done is one sentence on the page."""
        act = self._acts.get(str(data.get("what")))
        self.desk.wrong = ""
        try:
            if act is not None:
                act(data)
        except ProjectError as error:
            self.desk.wrong = str(error)
        self._draw_desk()

    def _select(self, id: int) -> None:
        self.desk.selected = id

    def _remove(self, data: Mapping[str, Any]) -> None:
        self.bench.remove(int(data["id"]))
        self.desk.selected = self.bench.pinned

    def _run(self, data: Mapping[str, Any]) -> None:
        if self._batch is not None:
            return
        runs, people = int(data.get("runs") or 0), int(data.get("people") or 0)
        if not 1 <= runs <= RUNS_MOST:
            raise ProjectError(f"must be from 1 to {RUNS_MOST:,}.", place="Runs of each")
        if self.bench.can_be_smaller and not 1 <= people <= self.desk.most:
            raise ProjectError(f"must be from 1 to {self.desk.most:,}.", place="People in each")
        wanted = self.bench.projects(people if self.bench.can_be_smaller else None)
        study = Study.of(wanted, runs)
        if not _PLACES.acquire(blocking=False):
            raise ProjectError("Other comparisons are running on this computer: wait for them.")
        self._holds_place = True
        self._study, self._ids = study, {one.name: one.id for one in self.bench.variants}
        self._counted, self._runs = 0, {}
        self.desk.phase, self.desk.can_export = "running", False
        self._batch = study.batch(Store(), behind=True).start()
        if self._document is not None:
            self._clock = pn.state.add_periodic_callback(self.look, period=LOOK_MS)

    def _on_batch(self, act: Callable[[Batch], None]) -> None:
        if self._batch is not None:
            act(self._batch)
            self.look()

    def _show_series(self, data: Mapping[str, Any]) -> None:
        if str(data["series"]) in [name for name, _ in self.desk.series]:
            self.desk.shown = str(data["series"])
            self._draw_curves()

    # What the runs do

    def look(self) -> None:
        """Show how far the runs are, and what there is of them."""
        batch, study = self._batch, self._study
        if batch is None or study is None:
            return
        now = batch.progress
        self.desk.phase = "paused" if now.phase == "paused" else "running"
        self.desk.share = now.share_done
        left = "" if now.seconds_left is None else f", {in_words(now.seconds_left)} left"
        kept = f", {now.reused:,} of them kept from before" if now.reused else ""
        self.desk.said = f"{now.finished:,} of {now.runs:,} runs{kept}{left}"
        if now.phase in ("waiting", "building") and now.message:
            self.desk.said = f"{now.message} …"
        counted = study.counted(dict(batch.results))
        # Ever more runs change ever less: each drawing has a tenth more than the last.
        if counted > self._counted and (now.over or counted >= 1.1 * self._counted):
            self._counted = counted
            self._runs = study.runs(dict(batch.results))
            self._draw_results()
        if now.over:
            self._end(batch)

    def _end(self, batch: Batch) -> None:
        if self._clock is not None:
            self._clock.stop()
        self._batch, self._clock = None, None
        self._give_place_back()
        self.desk.phase, self.desk.share = "ready", 0.0
        now = batch.progress
        if batch.error is not None:
            self.desk.wrong = f"A run failed. {batch.error}"
        ended = "Stopped. " if now.phase == "stopped" else ""
        self.desk.said = (
            f"{ended}{self._counted:,} runs of each are shown: {now.computed:,} computed, "
            f"{now.reused:,} kept from before."
        )
        self.desk.can_export = bool(self._runs)

    def _give_place_back(self) -> None:
        if self._holds_place:
            self._holds_place = False
            _PLACES.release()

    # Drawing

    def _draw_desk(self) -> None:
        shown = [one.id for one in self.bench.variants]
        if self.desk.selected not in shown:
            self.desk.selected = self.bench.pinned
        id = self.desk.selected
        self.desk.param.update(
            scenarios=[
                {
                    "id": one.id,
                    "name": one.name,
                    "colour": COLOURS[one.id].replace("_", "-"),
                    "dash": {"dashdot": "dashed"}.get(DASHES[one.id], DASHES[one.id]),
                    "pinned": one.id == self.bench.pinned,
                    "changes": [] if one.id == self.bench.pinned else self.bench.changes(one.id),
                }
                for one in self.bench.variants
            ],
            choices=self.bench.choices(id),
            own=self.bench.policies(id),
            heard=self.desk.heard + 1,
        )

    def _draw_results(self) -> None:
        series = series_of(next(iter(self._runs.values()))[0])
        self.desk.series = [(name, label) for name, (label, *_) in series.items()]
        if self.desk.shown not in series:
            self.desk.shown = INFECTED
        start = long_date(self.bench.base.start_date)
        self.table.object = table_html(compare(self._runs), start)
        self._draw_curves()

    def _draw_curves(self) -> None:
        if not self._runs:
            return
        found: dict[int, tuple[str, Band]] = {}
        for name, results in self._runs.items():
            band = band_of(results, self.desk.shown)
            if band is not None and name in self._ids:
                found[self._ids[name]] = (name, band)
        days = len(next(iter(self._runs.values()))[0].totals)
        base = self.bench.base
        self.curves.draw([plot.midnight(base.date_of(day)) for day in range(days)], found)
        if found:
            _, band = next(iter(found.values()))
            self.title.object = (
                f'<b class="series">{escape(band.label)}</b> <span class="unit">{band.unit}; '
                "median, with bands of half and of 90 % of the runs</span>"
            )

    def _bands_table(self) -> Table:
        """Return the bands of all scenarios, one below the other."""
        import numpy as np

        tables = {name: bands_table(results) for name, results in self._runs.items()}
        names = np.repeat(np.array(list(tables), object), [len(one) for one in tables.values()])
        columns = next(iter(tables.values())).columns
        joined = {one: np.concatenate([table[one] for table in tables.values()]) for one in columns}
        return Table({"scenario": names, **joined})

    def _deliver(self, name: str, table: Table) -> None:
        file = io.BytesIO()
        pyarrow.csv.write_csv(arrow_table(table), file)
        self._courier.deliver(name, "text/csv", file.getvalue())


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
