"""populace sensitivity: how much an outcome answers to each number of a model."""

import argparse
import json

from populace.engine.commands.run import add_project, chosen_project
from populace.engine.commands.terminal import ProgressBar, say
from populace.engine.commands.whole_range import METHODS, run_global
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.sensitivity.names import OUTCOMES

SUMMARY = "tell how much an outcome answers to each number of a model, and how sure that is"
EXAMPLE = "populace sensitivity town_flu --outcome infections --runs 8"
RUNS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_project(parser)
    parser.add_argument(
        "--wrt",
        nargs="+",
        default=[],
        metavar="PATH",
        help="quantities, such as disease.transmission (default: all live ones above 0)",
    )
    parser.add_argument(
        "--outcome",
        default="infections",
        metavar="NAME",
        help=f"what is counted up to the last day: {', '.join(OUTCOMES)}; with --global any figure "
        "of populace compare, such as peak_day (default: %(default)s)",
    )
    parser.add_argument(
        "--runs",
        type=int,
        metavar="N",
        help=f"runs with different seeds, at least 4 (default: {RUNS}); with --global at most so "
        "many runs in all",
    )
    parser.add_argument(
        "--global",
        dest="method",
        choices=METHODS,
        help="ask over the whole range of all numbers at once, on a smaller population: morris "
        "tells which matter, with few runs; sobol tells each one's share, with many",
    )
    parser.add_argument(
        "--range",
        action="append",
        default=[],
        metavar="PATH=FROM:TO",
        help="with --global, the range of a number, such as disease.transmission=0.02:0.05; "
        "repeatable (default: from half to twice its value; of a share at 0, all)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Estimate; the exit code is 1 where the audit says that the estimates are not to be used."""
    if arguments.method:
        return run_global(arguments)
    if arguments.range:
        raise ProjectError("needs --global morris or --global sobol.", place="--range")
    if arguments.outcome not in OUTCOMES:
        known = did_you_mean(arguments.outcome, OUTCOMES)
        raise ProjectError(f'there is no outcome "{arguments.outcome}".{known}', place="--outcome")
    from populace.engine.sensitivity.estimate import sensitivity, usual_paths

    project = chosen_project(arguments)
    paths = arguments.wrt or usual_paths(project)
    progress = ProgressBar()
    runs = RUNS if arguments.runs is None else arguments.runs
    found = sensitivity(project, paths, arguments.outcome, runs, project.days, progress=progress)
    progress.close()
    if arguments.json:
        say(json.dumps(found.as_dict(), indent=2))
        return 0 if found.audit.passed else 1
    say(
        f"{found.outcome} in {found.days} days: {found.total:,.0f} of {found.people:,} people, "
        f"mean of {found.runs} runs. If a quantity were a tenth higher and all else "
        "the same (95 % interval):"
    )
    for one in sorted(found.estimates, key=lambda one: -abs(one.change)):
        why = f"; {one.why}" if one.why else ""
        say(
            f"  {one.change:+12,.0f}  ({one.low:+,.0f} to {one.high:+,.0f})  {one.path} "
            f"{one.value:g} -> {one.higher:g}  [{one.method}{why}]"
        )
    audit = found.audit
    say(
        f"Audit, all quantities changed by a twentieth: {audit.predicted:+,.0f} predicted, "
        f"{audit.measured:+,.0f} measured (standard error {audit.error:,.0f}): "
        + ("passed." if audit.passed else "FAILED: do not use these estimates.")
    )
    return 0 if audit.passed else 1
