"""populace compare: scenarios of a project, several projects, or runs that are there."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from populace.engine.commands.many_runs import (
    add_many,
    finished,
    require_out,
    rule_of,
    runs_of,
    say_runs,
    say_table,
    told,
    write,
)
from populace.engine.commands.run import add_changes, changed_project
from populace.engine.commands.terminal import say
from populace.engine.errors import ProjectError

if TYPE_CHECKING:
    from populace.engine.project import Project
    from populace.engine.scenarios.result import Result

SUMMARY = "compare scenarios with a baseline: what each averts, by the same draws"
EXAMPLE = "populace compare town_flu --scenarios my_scenarios.yaml --runs 20"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="RUN",
        help="one project with its scenarios; or several projects, or folders that populace run "
        "--out wrote: the first is the baseline",
    )
    parser.add_argument(
        "--scenarios",
        metavar="FILE",
        help="scenarios of the one project (scenarios.yaml beside it)",
    )
    add_changes(parser)
    add_many(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="a .csv or .parquet file: a row for each run, with all figures",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, and print the table of figures."""
    from populace.engine.scenarios.comparison import compare, runs_table

    require_out(arguments.out)
    facts: dict[str, Any] = {}
    if _only_reads(arguments):
        runs, words = _read(arguments), dict[str, list[str]]()
    else:
        runs, words, facts = _computed(arguments)
    if arguments.out:
        write(runs_table(runs), arguments.out)
    rows = compare(runs)
    if arguments.json:
        told_rows = [row.as_dict() for row in rows]
        facts |= {"baseline": next(iter(runs)), "changes": words, "figures": told_rows}
        say(json.dumps(facts, indent=2, allow_nan=False))
        return 0
    say_table(rows)
    if any(cell.pairs == 0 for row in rows for cell in row.cells):
        say("No interval where no two runs have the same seed: run all with the same seeds.")
    elif all(cell.pairs < 2 for row in rows for cell in row.cells):
        say("One run of each has no interval: compare several seeds.")
    if arguments.out:
        say(f"Written to {arguments.out}")
    return 0


def _only_reads(arguments: argparse.Namespace) -> bool:
    """Tell whether folders of runs are compared as they are."""
    from populace.engine.scenarios.folders import is_run

    changed = (arguments.days, arguments.seed, arguments.people, arguments.runs, arguments.within)
    asked = arguments.scenarios or arguments.set or any(one is not None for one in changed)
    return (
        len(arguments.sources) > 1 and not asked and all(is_run(one) for one in arguments.sources)
    )


def _read(arguments: argparse.Namespace) -> "dict[str, list[Result]]":
    from populace.engine.scenarios.folders import runs_by_project

    runs = runs_by_project(arguments.sources)
    if len(runs) < 2:
        raise ProjectError(
            "are all of one project: name a run of another one, or use populace ensemble.",
            place="the runs",
        )
    return runs


def _computed(
    arguments: argparse.Namespace,
) -> "tuple[dict[str, list[Result]], dict[str, list[str]], dict[str, Any]]":
    """Run what is not kept; return the runs, what differs in words, and how they were made."""
    from populace.engine.editing.difference import differences
    from populace.engine.scenarios.study import Study

    projects = _projects(arguments)
    study = Study.of(projects, runs_of(arguments), rule_of(arguments))
    runs, batch = finished(study, arguments)
    [base, *others] = projects
    spec = projects[base].spec()
    words = {label: differences(spec, projects[label].spec()) for label in others}
    if not arguments.json:
        say_runs(study, batch)
        for label in others:
            say(f"{label}: {'; '.join(words[label]) or 'nothing is changed'}.")
    return runs, words, told(study, batch)


def _projects(arguments: argparse.Namespace) -> "dict[str, Project]":
    from populace.engine.project import Project
    from populace.engine.scenarios.scenario import FILE_NAME, read_scenarios
    from populace.engine.scenarios.study import labelled

    loaded = [Project.load(path) for path in arguments.sources]
    if len(loaded) == 1:
        beside = (loaded[0].folder or Path()) / FILE_NAME
        file = Path(arguments.scenarios) if arguments.scenarios else beside
        scenarios = read_scenarios(file)
        try:
            found = scenarios.projects(loaded[0])
        except ProjectError as error:
            raise error.at(file=str(file)) from None
    elif arguments.scenarios:
        raise ProjectError(
            f"belongs to one project, and {len(loaded)} are named.", place="--scenarios"
        )
    else:
        names = [one.name for one in loaded]
        if len(set(names)) < len(names):  # variants of one project: files tell them apart
            names = [Path(path).name for path in arguments.sources]
        found = labelled(names, loaded)
    changed = {
        label: changed_project(project, arguments, label) for label, project in found.items()
    }
    return changed
