"""populace sensitivity: how much an outcome answers to each number of a model."""

import argparse
import json

from populace.engine.commands.run import add_project, chosen_project
from populace.engine.commands.terminal import ProgressBar, say
from populace.engine.sensitivity.names import OUTCOMES

SUMMARY = "tell how much an outcome answers to each number of a model, and how sure that is"
EXAMPLE = "populace sensitivity town_flu --outcome infections --runs 8"


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
        choices=OUTCOMES,
        default="infections",
        help="what is counted up to the last day (default: %(default)s)",
    )
    parser.add_argument(
        "--runs",
        type=int,
        default=8,
        metavar="N",
        help="runs with different seeds, at least 4 (default: %(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Estimate; the exit code is 1 where the audit says that the estimates are not to be used."""
    from populace.engine.sensitivity.estimate import sensitivity, usual_paths

    project = chosen_project(arguments)
    paths = arguments.wrt or usual_paths(project)
    progress = ProgressBar()
    found = sensitivity(
        project, paths, arguments.outcome, arguments.runs, project.days, progress=progress
    )
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
