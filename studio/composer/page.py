"""The Compose room: the page on which a model is put together. Lays out its parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from typing import Any

import panel as pn
from bokeh.document import Document
from markupsafe import Markup

from populace.engine.editing.draft import Draft
from populace.engine.editing.draft import part_at as part_in
from populace.engine.errors import ProjectError
from populace.engine.project import PARTS, Project
from populace.layers.themes import THEMES
from populace.studio import projects
from populace.studio.arrival import await_browser, in_document
from populace.studio.composer.canvas import Canvas, part_at
from populace.studio.composer.data_wizard import data_wizard
from populace.studio.composer.desk import Desk
from populace.studio.composer.disease_editor import DiseaseEditor
from populace.studio.composer.following import Curtain, after_a_moment
from populace.studio.composer.openers import Openers
from populace.studio.composer.palette import Palette
from populace.studio.composer.part_form import PartForm
from populace.studio.composer.parts import parts_of
from populace.studio.composer.policy_timeline import PolicyTimeline
from populace.studio.composer.population_wizard import population_wizard
from populace.studio.composer.problems_panel import ProblemsPanel, first_error
from populace.studio.composer.project_life import ProjectLife
from populace.studio.composer.scale_meter import ScaleMeter
from populace.studio.drafts import DRAFTS, OpenDraft, find_draft, open_draft, open_named
from populace.studio.material import variables
from populace.studio.page import refused
from populace.studio.runs import RUNS, RunRefusedError
from populace.studio.views.top_bar import pace_to_watch
from populace.studio.visitor import argument, user

HERE = files("populace.studio.composer")
BLANK = {"schema": 1, "name": "A new model"}
CANVAS_ACTS = ("tidy",)
TABS = ("Disease", "Timeline", "Code")  # from left to right, after the model itself


def compose(own: str = projects.DEFAULT) -> pn.template.BaseTemplate:
    """Return the page for the browser that asks now.

    ``?draft=KEY`` finds an open draft, ``?run=KEY`` makes one of a run as it is now,
    ``?project=NAME`` of a sample, ``?new=1`` begins with an empty canvas. ``?back=KEY`` is the run
    that the rail goes back to.
    """
    pn.extension()
    try:
        opened = _wanted(own, user())
    except ProjectError as error:
        return refused(str(error))
    run = next((key for key in (argument("run"), argument("back")) if RUNS.find(key)), "")
    # Not ?run= again: a reload must not take the sliders of the run a second time.
    query = {"draft": opened.key} | ({"back": run} if run else {})
    pn.state.onload(partial(_keep_in_address, **query))
    return ComposePage(opened, run).template()


@dataclass
class Slots:
    """Where other parts of the room go. Each is a Panel viewable, or an object with `__panel__`."""

    top: list[Any] = field(default_factory=list)  # in the top bar, after the name of the program
    tabs: dict[str, Any] = field(default_factory=dict)  # beside "Model", by title
    side: list[Any] = field(default_factory=list)  # at the foot of the sidebar
    dialogs: list[Any] = field(default_factory=list)  # over everything, when they open


class ComposePage:
    """Everything that one browser page of the room shows."""

    def __init__(self, opened: OpenDraft, run_key: str = "") -> None:
        await_browser()
        self.key, self.draft, self._run_key = opened.key, opened.draft, run_key
        self._document: Document | None = pn.state.curdoc
        self._waits = False
        self._on_theme: list[Callable[[str], None]] = []
        self.desk = Desk(self._heard)
        self.canvas = Canvas(self.draft, self._selected, self.desk.say, self.in_page)
        self.form = PartForm(self.draft, self.canvas.act, self.canvas.select_new, self.in_page)
        self._problems = ProblemsPanel(
            self.draft, lambda place: self.in_page(partial(self.go_to, place))
        )
        self._palette = Palette(lambda key, kind: self.in_page(partial(self.canvas.add, key, kind)))
        self.on_theme(self.canvas.paint)
        # Before the other parts of the room: the canvas answers first.
        unlisten = self.draft.listen(lambda draft: self._schedule())
        self.slots = Slots()
        self._curtains = {title: Curtain() for title in TABS}
        self._fill(opened)
        DRAFTS.enter(opened)
        if self._document is not None:
            self._document.on_session_destroyed(lambda context: unlisten())
            self._document.on_session_destroyed(lambda context: DRAFTS.leave(opened))

    def _fill(self, opened: OpenDraft) -> None:
        """Fill the slots: one line for each part of the room that stands by itself."""
        with self._curtains["Code"]:
            life = ProjectLife(opened, say=self.desk.say, go=self.desk.go, in_page=self.soon)
        self.slots.top += life.top
        self.slots.dialogs += life.dialogs
        self.slots.tabs["Code"] = life.code
        with self._curtains["Disease"]:
            self.disease = DiseaseEditor(self.draft)
        with self._curtains["Timeline"]:
            self.slots.tabs |= {"Disease": self.disease, "Timeline": PolicyTimeline(self.draft)}
        self.on_theme(self.disease.paint)
        people = population_wizard(self.draft, self.in_page)
        data = data_wizard(self.draft, self.in_page)
        opens = {"Choose people": people.appear, "Bring data": data.appear}
        self.slots.top.append(Openers(opens, self.in_page))
        self.slots.dialogs += [people, data]
        meter = ScaleMeter(self.draft, self.soon)
        self.slots.side.append(meter)
        if self._document is not None:
            self._document.on_session_destroyed(lambda context: life.close())
            self._document.on_session_destroyed(lambda context: people.close())
            self._document.on_session_destroyed(lambda context: data.close())
            self._document.on_session_destroyed(lambda context: meter.close())

    def template(self) -> pn.template.BaseTemplate:
        """Return the page as a document: landmarks and grid in HTML, the parts embedded."""
        shell = pn.Template(_text("page.html"), location=True)
        shell.add_variable("style", variables() + _text("style.css"))
        shell.add_variable("html_attrs", Markup('data-theme="dark" data-theme-managed="true"'))
        shell.add_variable("icon", ICONS)
        shell.add_variable("run_address", self._run_address())
        shell.add_variable("compare_address", f"compare?draft={self.key}")
        shell.add_variable("fit_address", f"fit?draft={self.key}")
        order = [*(title for title in TABS if title in self.slots.tabs), *self.slots.tabs]
        tabs = {"Model": self.canvas} | {title: self.slots.tabs[title] for title in order}
        shell.add_variable("tabs", [{"title": title, "name": title.lower()} for title in tabs])
        parts: dict[str, Any] = {
            "desk": self.desk,
            "palette": self._palette,
            "form": self.form,
            "problems": self._problems,
        }
        parts |= {title.lower(): part for title, part in tabs.items()}
        for slot in ("top", "side", "dialogs"):
            named = {f"{slot}_{n}": part for n, part in enumerate(getattr(self.slots, slot))}
            shell.add_variable(slot, list(named))
            parts |= named
        for name, part in parts.items():
            shell.add_panel(name, pn.panel(part))
        return shell

    def in_page(self, work: Callable[[], None]) -> None:
        """Do ``work`` on the page's interface thread, with the lock of its document."""
        if self._document is not None:
            in_document(self._document, work)

    def soon(self, work: Callable[[], None]) -> None:
        """Do ``work`` as `in_page` does, once the canvas has answered an edit."""
        if self._document is not None:
            after_a_moment(self._document, work)

    def on_theme(self, callback: Callable[[str], None]) -> None:
        """Tell when the page turns dark or light: "dark" or "light"."""
        self._on_theme.append(callback)

    def go_to(self, place: str) -> None:
        """Select the part at a place, such as "policies.masks.coverage", and focus the field."""
        if place.startswith("disease.graph"):
            self._show_tab("Disease")
            self.disease.go_to(place)
            self.desk.open_tab(2)
            return
        part = part_at(parts_of(self.draft), place)
        self.desk.open_tab(1)
        self.canvas.select([part.id] if part else [])
        name = place[len(part.id) + 1 :] if part else place
        field_name = name.split(".")[0].split("[")[0]
        if field_name and field_name not in PARTS:
            self.form.focus(field_name)
        elif field_name:
            self.desk.say("Choose one on the left, under Add a part.")

    # What the draft says

    def _schedule(self) -> None:
        """Draw at the next tick; several edits are drawn once."""
        if not self._waits:
            self._waits = True
            self.in_page(self._draw)

    def _draw(self) -> None:
        self._waits = False
        self.canvas.draw()
        self.in_page(self._check)

    def _check(self) -> None:
        """Show what is wrong, which takes longer to find: the canvas has answered already."""
        self.form.draw()
        self._problems.draw()
        self.canvas.mark()
        self.desk.set_bar(
            title=str(self.draft.spec.get("name") or "A model without a name"),
            undo=self.draft.undo_label,
            redo=self.draft.redo_label,
            reason=first_error(self.draft),
            empty=not parts_of(self.draft),
        )

    def _selected(self, ids: list[str]) -> None:
        self.form.choose(ids)

    # What the person does

    def _heard(self, name: str, value: Any) -> None:
        if name in ("ready", "theme") and value in THEMES:
            self.in_page(partial(self._dress, value))
        if name == "ready":
            self._schedule()
        elif name in ("undo", "redo"):
            self.in_page(partial(self._step, name))
        elif name == "run":
            self.in_page(self._run)
        elif name == "tab":
            title = ("Model", *TABS)[int(value) - 1]
            self.in_page(partial(self._show_tab, title))
        elif name == "new":
            self.desk.go("compose?new=1")
        elif name in CANVAS_ACTS:
            self.in_page(partial(self.canvas.act, name))

    def _show_tab(self, shown: str) -> None:
        """Draw what has come to the front, if edits were made behind it."""
        for title, curtain in self._curtains.items():
            curtain.set(closed=title != shown)

    def _step(self, name: str) -> None:
        """Undo or redo."""
        if name == "undo":
            self.draft.undo()
        else:
            self.draft.redo()
        self.canvas.draw()

    def _dress(self, theme: str) -> None:
        for callback in self._on_theme:
            callback(theme)

    def _run(self) -> None:
        if why := first_error(self.draft):
            self.desk.say(f"This model cannot run yet. {why}")
            return
        try:
            project = self.draft.project()
            run = RUNS.open(project)
            run.runner.set_speed(pace_to_watch(project.days))
        except (ProjectError, RunRefusedError) as error:
            self.desk.say(str(error))
            return
        self._run_key = run.runner.key
        self.desk.go(self._run_address())

    def _run_address(self) -> str:
        run = f"run={self._run_key}&" if self._run_key else ""
        return f"./?{run}draft={self.key}"


def _wanted(own: str, who: str) -> OpenDraft:
    """Return the draft that the address asks for."""
    run = RUNS.find(argument("run"))
    found = find_draft(argument("draft"), who) if argument("draft") else None
    if found is not None:
        if run is not None:
            take_sliders(found.draft, run.runner.project, run.runner.values())
        return found
    if run is not None:
        return open_draft(run.runner.project.with_values(run.runner.values()), user=who)
    if argument("new"):
        return open_draft(dict(BLANK), user=who)
    wanted = argument("project")
    name = wanted if wanted in projects.samples().values() else own
    return open_named(name, user=who)


def take_sliders(draft: Draft, project: Project, values: Mapping[str, float]) -> None:
    """Take into a draft what was moved in a run of it, where the draft still has that part."""
    moved = {path: value for path, value in values.items() if value != project.value(path)}
    known = {part.id for part in parts_of(draft)}

    def change(spec: dict[str, Any]) -> None:
        for path, value in moved.items():
            place, _, name = path.rpartition(".")
            if place in known:
                part_in(spec, place)[name] = value

    if moved:
        draft.edit("Take the sliders of the run", change)


def _keep_in_address(**query: str) -> None:
    """Write the draft into the address, so that a reload finds it."""
    if pn.state.location is not None:
        pn.state.location.search = "?" + "&".join(f"{key}={value}" for key, value in query.items())


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _icon(path: str) -> Markup:
    return Markup(
        '<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{path}</svg>'
    )


ICONS = {
    "undo": _icon('<path d="M8 5 4 9l4 4"/><path d="M4 9h9a6 6 0 0 1 0 12h-2"/>'),
    "redo": _icon('<path d="m16 5 4 4-4 4"/><path d="M20 9h-9a6 6 0 0 0 0 12h2"/>'),
    "run": _icon('<path d="M7 4.5v15l12-7.5z" fill="currentColor"/>'),
    "compare": _icon(
        '<path d="M4 19c4 0 4-12 8-12s4 12 8 12"/><path d="M4 19c5 0 6-6 9-6s4 6 7 6"/>'
    ),
    "fit": _icon(
        '<path d="M3 20c6 0 5-13 9-13s4 9 9 11"/>'
        '<path d="M6 14h.01M9 8.5h.01M15 11h.01M18 18h.01" stroke-width="3"/>'
    ),
    "theme": _icon(
        '<circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 0 0-16z" fill="currentColor"/>'
    ),
    "compose": _icon(
        '<rect x="3" y="4" width="7" height="6" rx="1.5"/><rect x="14" y="14" width="7" '
        'height="6" rx="1.5"/><path d="M10 7h4a3 3 0 0 1 3 3v4"/>'
    ),
    "tidy": _icon(
        '<rect x="3" y="4" width="6" height="5" rx="1"/><rect x="3" y="15" width="6" height="5" '
        'rx="1"/><rect x="15" y="9.5" width="6" height="5" rx="1"/>'
        '<path d="M9 6.5h3v11H9M12 12h3"/>'
    ),
}
