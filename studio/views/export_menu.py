"""ExportMenu: takes a run away: its series, curves, map, film, report, script, and a link to it."""

import io
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from populace.engine.analysis.table import Table
from populace.engine.editing.package import package_name, packed
from populace.engine.editing.places import safe_name
from populace.engine.errors import ProjectError
from populace.engine.export import bundled
from populace.engine.project import Project
from populace.engine.report.drawing import stacked
from populace.engine.report.figures import charts
from populace.engine.report.outcome import Outcome
from populace.engine.report.page import CheckLine, Picture, report_html
from populace.engine.report.pdf import chromium, pdf_of
from populace.engine.runner import Runner
from populace.engine.snapshot import Snapshot
from populace.layers import still
from populace.layers.figures import picture_of
from populace.layers.themes import THEMES
from populace.layers.view import View as MapArea
from populace.studio.courier import Courier
from populace.studio.views.menu import Item, Menu

_log = logging.getLogger(__name__)

CURVES = 3  # infected, new infections, R
FILM_WIDTH = 900  # pixels, at most
Look = Callable[[], MapArea | None]
_KINDS = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "html": "text/html",
    "pdf": "application/pdf",
    "py": "text/x-python",
    "zip": "application/zip",
    "populace": "application/zip",
}


@dataclass(frozen=True)
class Background:
    """What can be told beside the run: what the model began with, its checks, the day shown."""

    base: Project | None = None
    checks: tuple[CheckLine, ...] = ()
    shown: Snapshot | None = None


class ExportMenu:
    """A menu of the top bar. Files are made in a thread of their own; one at a time.

    ``look()`` is what the map shows now, None before it has its size; ``state()`` is what the
    address must say for another browser to show the same; ``background()`` is what else a report
    can tell of the model; ``in_page(work)`` does work with the lock of the page's document.
    """

    def __init__(
        self,
        runner: Runner,
        *,
        look: Look,
        state: Callable[[], Mapping[str, str]],
        background: Callable[[], "Background"],
        in_page: Callable[[Callable[[], None]], None],
    ) -> None:
        self._runner, self._look, self._state, self._in_page = runner, look, state, in_page
        self._background = background
        self._courier = Courier()
        self._menu = Menu("Export", self._chosen)
        self._busy = threading.Lock()
        self._note("")

    @property
    def menu(self) -> Menu:
        """What stands in the top bar."""
        return self._menu

    @property
    def courier(self) -> Courier:
        """What brings the files to the browser; it belongs on the page as well."""
        return self._courier

    def _note(self, words: str) -> None:
        self._menu.offer(items(), note=words)

    def _chosen(self, act: str, value: str) -> None:
        if act == "link":
            self._menu.offer_link(urlencode(self._state()))
            return
        if not self._busy.acquire(blocking=False):
            return  # the menu says what is being made
        self._in_page(partial(self._note, "Preparing…"))
        wanted = [act, self._look(), self._background()]
        threading.Thread(
            target=self._make, args=wanted, name="populace-export", daemon=True
        ).start()

    def _make(self, act: str, view: MapArea | None, background: "Background") -> None:
        """Make a file and have the browser save it."""
        words = ""
        try:
            ending, content = made(act, self._runner, view, background, self._progress)
            name = file_name(self._runner, act, ending)
            self._in_page(partial(self._courier.deliver, name, _KINDS[ending], content))
        except ProjectError as error:
            words = str(error)
        except Exception:
            # The page stays as it is; whoever runs the server finds the cause in the log.
            _log.exception("%s could not be exported", act)
            words = "That could not be made: the server's log says why."
        finally:
            self._busy.release()
        self._in_page(partial(self._note, words))

    def _progress(self, message: str, share: float) -> None:
        self._in_page(partial(self._note, f"{message} ({share:.0%})"))


def items() -> list[Item]:
    """Return what can be taken away on this machine."""
    offered = [
        Item("link", "Link to this page…", "Run, map and colours as they are now"),
        Item("", "Series"),
        Item("csv", "Every day, CSV", "People in each state, new infections, R"),
        Item("parquet", "Every day, Parquet"),
        Item("", "Curves"),
        Item("curves_png", "Curves, PNG", "Sharp enough for print"),
        Item("curves_svg", "Curves, SVG", "Lines that stay sharp at any size"),
        Item("", "Map"),
        Item("map_png", "Map of today, PNG", "As you see it now"),
        Item("map_gif", "Film of the run, GIF", "From the first day to today"),
    ]
    if still.ffmpeg() is not None:
        offered.append(Item("map_mp4", "Film of the run, MP4", "From the first day to today"))
    offered += [
        Item("", "Report"),
        Item("report_html", "Report, HTML", "Assumptions with sources, curves, map, key figures"),
    ]
    if chromium() is not None:
        offered.append(Item("report_pdf", "Report, PDF", "The same, printed"))
    return [
        *offered,
        Item("", "Model"),
        Item("script", "Python script", "This run with its slider moves, without the studio"),
        Item("package", "Project to send (.populace)", "One file with all its data"),
    ]


def made(
    act: str,
    runner: Runner,
    view: MapArea | None,
    background: Background,
    progress: Callable[[str, float], None],
) -> tuple[str, bytes]:
    """Return the ending of a file and its content; takes up to a minute."""
    if act in ("csv", "parquet"):
        return act, as_file(Outcome.of_runner(runner, digest=False).table(), act)
    if act in ("curves_svg", "curves_png"):
        theme = THEMES[view.theme if view else "light"]
        outcome = Outcome.of_runner(runner, digest=False)
        drawing = stacked([one.drawing(960, 280, theme.colours()) for one in _curves(outcome)])
        if act == "curves_svg":
            return "svg", drawing.svg().encode()
        return "png", still.png(picture_of(drawing))
    if act.startswith("map_"):
        return act.removeprefix("map_"), _map(act, runner, view, background.shown, progress)
    if act.startswith("report_"):
        return act.removeprefix("report_"), _report(act, runner, background, progress)
    outcome = Outcome.of_runner(runner, digest=False)
    project = outcome.project
    if act == "package":
        return "populace", packed(project.spec(), {}, project.folder)
    stem = f"{safe_name(project.name)}-model"
    return bundled(project.spec(), project.folder, stem, outcome.changes())


def file_name(runner: Runner, act: str, ending: str) -> str:
    """Return the name under which the browser saves a file."""
    if act == "package":
        return package_name(runner.project.spec())
    stem, kind = safe_name(runner.project.name), act.partition("_")[0]
    words = {"csv": "days", "parquet": "days", "script": "model"}.get(kind, kind)
    return f"{stem}-{words}.{ending}"


def _curves(outcome: Outcome) -> list[Any]:
    return charts(outcome)[:CURVES]


def as_file(counted: Table, kind: str) -> bytes:
    """Return a table as CSV or Parquet; what does not exist is empty."""
    columns = counted.columns
    table = pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})
    stream = io.BytesIO()
    if kind == "csv":
        pyarrow.csv.write_csv(table, stream)
    else:
        pyarrow.parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _map(
    act: str,
    runner: Runner,
    view: MapArea | None,
    shown: Snapshot | None,
    progress: Callable[[str, float], None],
) -> bytes:
    people, snapshot = runner.people, runner.snapshot
    if people is None or snapshot is None:
        raise ProjectError("The run is still being built: wait for its first day.")
    crowd = runner.crowd
    points = people if crowd is None else crowd.dots
    view = view or still.view_of_all(points, 1_200, 800, "dark", "infected")
    if act == "map_png":
        return still.png(still.Stills(people, view, crowd).picture(shown or snapshot))
    if crowd is not None:
        raise ProjectError("So many people leave no record of every day: there is no film.")
    every = still.days_between(snapshot.day)
    stills = still.Stills(people, still.smaller(view, FILM_WIDTH))
    return (still.gif if act == "map_gif" else still.mp4)(stills, snapshot, every, progress)


def _report(
    act: str, runner: Runner, background: Background, progress: Callable[[str, float], None]
) -> bytes:
    progress("Reading the run", 0.1)
    outcome = Outcome.of_runner(runner)
    people, snapshot = runner.people, runner.snapshot
    if people is None or snapshot is None:
        raise ProjectError("The run has ended: open it again.")
    progress("Drawing the map", 0.4)
    pictures = still.report_pictures(people, snapshot, outcome.peak_day, runner.crowd)
    html = report_html(
        outcome,
        pictures=[Picture(*one) for one in pictures],
        checks=background.checks,
        base=background.base,
    )
    if act == "report_html":
        return html.encode()
    progress("Printing", 0.7)
    return pdf_of(html)
