"""populace report: runs a project and writes what was assumed and what came out."""

import argparse
import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from populace.engine.commands.run import add_project, chosen_project
from populace.engine.commands.terminal import ProgressBar, say
from populace.engine.errors import ProjectError

if TYPE_CHECKING:
    from populace.engine.project import Project
    from populace.engine.report.outcome import Outcome
    from populace.engine.report.page import CheckLine, Picture
    from populace.engine.simulation import Simulation

SUMMARY = "run a project and write a report of it"
EXAMPLE = "populace report town_flu --out report.html --pdf report.pdf"
# Who draws the maps of a report: the floor above, where it is installed.
PICTURES = "populace.pictures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_project(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        default="report.html",
        help="the report, one HTML file that needs nothing else (report.html)",
    )
    parser.add_argument(
        "--pdf", metavar="FILE", help="the report as PDF too; needs Chromium on this computer"
    )
    parser.add_argument(
        "--against",
        metavar="PROJECT",
        help="tell what differs from this project, such as the sample that it began with",
    )
    parser.add_argument(
        "--checks",
        action="store_true",
        help="hold engine and project against what is known: minutes",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the key figures as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the project and write the report."""
    out, pdf = Path(arguments.out), Path(arguments.pdf) if arguments.pdf else None
    for path, option in ((out, "--out"), (pdf, "--pdf")):
        if path is not None and not path.parent.is_dir():
            raise ProjectError(f'there is no folder "{path.parent}".', place=option)
    if pdf is not None:
        from populace.engine.report.pdf import chromium

        if chromium() is None:
            raise ProjectError(
                "needs Chromium or Chrome on this computer: leave it away, and print the HTML "
                "report from a browser.",
                place="--pdf",
            )
    project = chosen_project(arguments)
    html, outcome = written(project, arguments.against, arguments.checks)
    from populace.engine.project_file import write_whole
    from populace.engine.report.figures import key_figures

    write_whole(out, html.encode())
    if pdf is not None:
        from populace.engine.report.pdf import pdf_of

        write_whole(pdf, pdf_of(html))
    if arguments.json:
        figures = {one.label: one.value for one in key_figures(outcome)}
        files = [str(path) for path in (out, pdf) if path is not None]
        told = {"figures": figures, "events_sha256": outcome.events_sha256, "files": files}
        say(json.dumps(told, indent=2))
        return 0
    for one in key_figures(outcome):
        say(f"{one.label}: {one.text}" + (f" ({one.beside})" if one.beside else ""))
    for path in (out, pdf):
        if path is not None:
            say(f"Written to {path}")
    return 0


def written(project: "Project", against: str | None, checks: bool) -> tuple[str, "Outcome"]:
    """Run a project, and its checks where they are wanted; return the report and the run."""
    from populace.engine.project import Project
    from populace.engine.report.outcome import Outcome
    from populace.engine.report.page import report_html

    base = Project.load(against) if against else None
    progress = ProgressBar()
    try:
        outcome, simulation = Outcome.of_project(project, progress)
        results = _checked(project, progress) if checks else []
        progress("Drawing the map", 1.0)
        pictures = _pictures(outcome, simulation)
    finally:
        progress.close()
    return report_html(outcome, pictures=pictures, checks=results, base=base), outcome


def _checked(project: "Project", progress: ProgressBar) -> "list[CheckLine]":
    from populace.engine.checks.checklist import checklist
    from populace.engine.report.page import CheckLine

    results, checks = [], checklist(project)
    for number, check in enumerate(checks):
        progress(check.title, number / len(checks))
        results.append(CheckLine.of(check.result()))
    return results


def _pictures(outcome: "Outcome", simulation: "Simulation") -> "list[Picture]":
    """Have the maps drawn where there is somebody to draw them."""
    from populace.engine.report.page import Picture

    found = []
    for entry in entry_points(group=PICTURES):
        try:
            draw = entry.load()
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("populace"):
                raise
            continue  # the studio's packages are not installed: a report without a map
        world, newest = simulation.world, simulation.snapshot()
        for words, png in draw(world.people, newest, outcome.peak_day, world.crowd):
            found.append(Picture(words, png))
    return found
