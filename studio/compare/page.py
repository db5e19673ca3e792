"""The Compare room: scenarios of one model side by side, with bands and what each averts."""

import threading
from collections.abc import Callable, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import panel as pn
from bokeh.document import Document
from markupsafe import Markup

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scaling_model import in_words
from populace.engine.scenarios.batch import Batch
from populace.engine.scenarios.comparison import runs_table
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study
from populace.layers.themes import THEMES
from populace.studio import projects
from populace.studio.asked import asked
from populace.studio.compare.bench import PEOPLE_USUAL, Bench, Variant, policy_kinds
from populace.studio.compare.curves import COLOURS, DASHES
from populace.studio.compare.desk import Desk
from populace.studio.compare.results import Results
from populace.studio.compare.story_panel import StoryPanel
from populace.studio.courier import Courier
from populace.studio.material import variables
from populace.studio.page import refused

HERE = files("populace.studio.compare")
LOOK_MS = 400  # how often a page looks at its runs
RUNS_USUAL, RUNS_MOST = 20, 1_000
AT_ONCE_MOST = 2  # comparisons of all pages of this server that go on at once
_LOOKS = ("theme", "series")  # these change what is seen, and nothing that was said
_PLACES = threading.BoundedSemaphore(AT_ONCE_MOST)


def compare_room(own: str = projects.DEFAULT) -> pn.template.BaseTemplate:
    """Return the page for the browser that asks now.

    ``?draft=KEY`` compares scenarios of an open draft, ``?run=KEY`` those of a run as its sliders
    are now, ``?project=NAME`` those of a sample.
    """
    pn.extension()
    try:
        found = asked(own)
        room = ComparePage(found.project, found.home, keeps=found.keeps)
    except ProjectError as error:
        return refused(str(error))
    return room.template(found.query)


class ComparePage:
    """Everything that one browser page of the room shows.

    ``home`` is the folder of its scenarios, if that is not the project's; ``keeps`` whether they
    may be written there.
    """

    def __init__(self, project: Project, home: Path | None = None, keeps: bool = False) -> None:
        self.bench = Bench(project, home)
        self._document: Document | None = pn.state.curdoc
        self._batch: Batch | None = None
        self._study: Study | None = None
        self._ids: dict[str, int] = {}  # of the scenarios that were run, by name
        self._counted = 0
        self._clock: Any = None
        self._holds_place = False
        most, story = self.bench.people or 0, self.bench.story
        usual = min(most, (story.people if story else None) or PEOPLE_USUAL)
        self.desk = Desk(
            self._heard,
            kinds=policy_kinds(),
            runs=story.runs if story else RUNS_USUAL,
            people=usual if self.bench.can_be_smaller else 0,
            most=most,
            can_keep=keeps,
            wrong=" ".join(self.bench.left_out),
        )
        self.results = Results(project)
        self.story = StoryPanel(story, self._tell_step) if story else None
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
            "keep": self._keep,
            "numbers": self._take_numbers,
            "run": self._run_with,
            "pause": lambda data: self._on_batch(Batch.pause),
            "resume": lambda data: self._on_batch(Batch.resume),
            "stop": lambda data: self._on_batch(Batch.stop),
            "series": self._show_series,
            "theme": lambda data: self.results.paint(THEMES[str(data["theme"])]),
            "figures": lambda data: self._courier.deliver_table(
                "figures.csv", runs_table(self.results.runs)
            ),
            "bands": lambda data: self._courier.deliver_table(
                "curves.csv", self.results.bands_table()
            ),
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
        shell.add_variable("fit_address", f"fit?{query}" if query else "fit")
        parts: dict[str, Any] = {
            "desk": self.desk,
            "title": self.results.title,
            "curves": self.results.curves,
            "table": self.results.table,
            "courier": self._courier,
        }
        if self.story is not None:
            parts["story"] = self.story
        if self.results.map is not None:
            parts["map"] = self.results.map
        shell.add_variable("has_story", self.story is not None)
        shell.add_variable("has_map", self.results.map is not None)
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
        what = str(data.get("what"))
        act = self._acts.get(what)
        if act is not None:
            self._try(lambda: act(data), keeps=what in _LOOKS)

    def _tell_step(self, step: int) -> None:
        """Put what a step of the story tells of on the bench, and run it."""

        def tell() -> None:
            self._select(self.bench.tell(step))
            self._run()

        if self._batch is None:
            self._try(tell)

    def _try(self, act: Callable[[], None], *, keeps: bool = False) -> None:
        """Act; ``keeps``: what was said to be wrong stays."""
        wrong = self.desk.state["wrong"] if keeps else " ".join(self.bench.left_out)
        try:
            act()
        except ProjectError as error:
            wrong = str(error)
        self.desk.say(wrong=wrong)
        self._draw_desk()

    def _select(self, id: int) -> None:
        self.desk.say(selected=id)

    def _remove(self, data: Mapping[str, Any]) -> None:
        self.bench.remove(int(data["id"]))
        self._select(self.bench.pinned)

    def _keep(self, data: Mapping[str, Any]) -> None:
        if self.desk.state["can_keep"]:
            file = self.bench.keep()
            self.desk.say(said=f"The scenarios are kept in {file}.")

    def _take_numbers(self, data: Mapping[str, Any]) -> None:
        runs, people = int(data.get("runs") or 0), int(data.get("people") or 0)
        if not 1 <= runs <= RUNS_MOST:
            raise ProjectError(f"must be from 1 to {RUNS_MOST:,}.", place="Runs of each")
        most = self.desk.state["most"]
        if self.bench.can_be_smaller and not 1 <= people <= most:
            raise ProjectError(f"must be from 1 to {most:,}.", place="People in each")
        self.desk.say(runs=runs, people=people if self.bench.can_be_smaller else 0)

    def _run_with(self, data: Mapping[str, Any]) -> None:
        if self._batch is None:
            self._take_numbers(data)
            self._run()

    def _run(self) -> None:
        people = self.desk.state["people"] if self.bench.can_be_smaller else None
        study = Study.of(self.bench.projects(people), self.desk.state["runs"])
        if not _PLACES.acquire(blocking=False):
            raise ProjectError("Other comparisons are running on this computer: wait for them.")
        self._holds_place = True
        self._study, self._ids = study, {one.name: one.id for one in self.bench.variants}
        self._counted = 0
        self.desk.say(phase="running", can_export=False)
        self._batch = study.batch(Store(), behind=True).start()
        if self._document is not None:
            self._clock = pn.state.add_periodic_callback(self.look, period=LOOK_MS)

    def _on_batch(self, act: Callable[[Batch], None]) -> None:
        if self._batch is not None:
            act(self._batch)
            self.look()

    def _show_series(self, data: Mapping[str, Any]) -> None:
        self.results.show(str(data["series"]))
        self.desk.say(shown=self.results.shown)

    # What the runs do

    def look(self) -> None:
        """Show how far the runs are, and what there is of them."""
        batch, study = self._batch, self._study
        if batch is None or study is None:
            return
        now = batch.progress
        left = "" if now.seconds_left is None else f", {in_words(now.seconds_left)} left"
        kept = f", {now.reused:,} of them kept from before" if now.reused else ""
        said = f"{now.finished:,} of {now.runs:,} runs{kept}{left}"
        if now.phase in ("waiting", "building") and now.message:
            said = f"{now.message} …"
        phase = "paused" if now.phase == "paused" else "running"
        self.desk.say(phase=phase, share=now.share_done, said=said)
        counted = study.counted(dict(batch.results))
        # Ever more runs change ever less: each drawing has a tenth more than the last.
        if counted > self._counted and (now.over or counted >= 1.1 * self._counted):
            self._counted = counted
            self.results.take(study.runs(dict(batch.results)), self._ids)
            self.desk.say(series=self.results.series, shown=self.results.shown)
        if now.over:
            self._end(batch)
        self._draw_story()

    def _end(self, batch: Batch) -> None:
        if self._clock is not None:
            self._clock.stop()
        self._batch, self._clock = None, None
        self._give_place_back()
        now = batch.progress
        if batch.error is not None:
            self.desk.say(wrong=f"A run failed. {batch.error}")
        ended = "Stopped. " if now.phase == "stopped" else ""
        said = (
            f"{ended}{self._counted:,} runs of each are shown: {now.computed:,} computed, "
            f"{now.reused:,} kept from before."
        )
        self.desk.say(phase="ready", share=0.0, said=said, can_export=bool(self.results.runs))

    def _give_place_back(self) -> None:
        if self._holds_place:
            self._holds_place = False
            _PLACES.release()

    # Drawing

    def _draw_desk(self) -> None:
        shown = [one.id for one in self.bench.variants]
        id = self.desk.state["selected"]
        if id not in shown:
            id = self.bench.pinned
        self.desk.say(
            selected=id,
            scenarios=[
                {
                    "id": one.id,
                    **_look(one),
                    "pinned": one.id == self.bench.pinned,
                    "changes": [] if one.id == self.bench.pinned else self.bench.changes(one.id),
                }
                for one in self.bench.variants
            ],
            choices=self.bench.choices(id),
            own=self.bench.policies(id),
            heard=self.desk.state["heard"] + 1,
        )
        self._draw_story()

    def _draw_story(self) -> None:
        """Show which steps are on the bench, and what those came to that were run."""
        story = self.bench.story
        if self.story is None or story is None:
            return
        by_id = {one.id: one for one in self.bench.variants}
        ids = [self.bench.teller(step) for step in range(len(story.steps))]
        tellers = [None if id is None else _look(by_id[id]) for id in ids]
        self.story.tell(self._of_whom(), self._batch is not None, tellers, self.results.rows)

    def _of_whom(self) -> str:
        """Say how large the city of the next runs is."""
        people, most, runs = (self.desk.state[name] for name in ("people", "most", "runs"))
        each = f"{runs:,} {'run' if runs == 1 else 'runs'} of each"
        if not people or people == most:
            return f"{each}."
        return f"{each}, of {people:,} people in place of {most:,}: shares stay."


def _look(one: Variant) -> dict[str, str]:
    """Return what a scenario is known by on the page."""
    dash = DASHES[one.id]
    return {
        "name": one.name,
        "colour": COLOURS[one.id].replace("_", "-"),
        "dash": {"dashdot": "dashed"}.get(dash, dash),
    }


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
