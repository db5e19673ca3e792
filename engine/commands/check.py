"""populace check: holds the engine, and a project, against what is known."""

import argparse
import json

from populace.engine.commands.terminal import ProgressBar, say

SUMMARY = "hold the engine and a project against results that are known"
EXAMPLE = "populace check nyc_covid"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "project",
        metavar="PROJECT",
        help="a project file, a folder with a project.yaml, or a bundled sample such as nyc_covid",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run every check that applies; the exit code is 1 if one fails."""
    from populace.engine.checks.checklist import checklist
    from populace.engine.project import Project

    project = Project.load(arguments.project)
    progress, results = ProgressBar(), []
    checks = checklist(project)
    for number, check in enumerate(checks):
        progress(check.title, number / len(checks))
        result = check.result()
        results.append(result)
        progress.close()
        if not arguments.json:
            say(result.line())
    failed = [result for result in results if not result.passed]
    if arguments.json:
        say(json.dumps([result.as_dict() for result in results], indent=2))
    else:
        count = len(results)
        say(f"{count - len(failed)} of {count} checks passed.")
    return 1 if failed else 0
