"""populace sweep: a project with some of its values at every point of a grid."""

import argparse
import json

from populace.engine.commands.many_runs import (
    add_many,
    finished,
    number,
    require_out,
    rule_of,
    runs_of,
    say_runs,
    told,
    write,
)
from populace.engine.commands.run import add_project, chosen_project
from populace.engine.commands.terminal import say

SUMMARY = "run a project with some values at every point of a grid, all by the same draws"
EXAMPLE = (
    "populace sweep town_flu --over disease.transmission=0.02:0.04:5 --runs 10 --out sweep.csv"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_project(parser)
    parser.add_argument(
        "--over",
        action="append",
        required=True,
        metavar="PATH=FROM:TO:STEPS",
        help="a value and where it stands: from, to, and how many points; or PATH=A,B,C; "
        "repeatable, for a grid",
    )
    add_many(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="a .csv or .parquet file: a row for each run, with the values and all figures",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the grid and print a line for each point."""
    from populace.engine.scenarios.comparison import compare
    from populace.engine.scenarios.study import Study
    from populace.engine.scenarios.sweep import Axis, grid_of, sweep_table

    require_out(arguments.out)
    project = chosen_project(arguments)
    axes = [Axis.read(text) for text in arguments.over]
    grid = grid_of(project, axes)
    projects = {label: point for label, (_, point) in grid.items()}
    study = Study.of(projects, runs_of(arguments), rule_of(arguments), differences=False)
    runs, batch = finished(study, arguments)
    values = {label: values for label, (values, _) in grid.items()}
    if arguments.out:
        write(sweep_table(runs, values), arguments.out)
    rows = compare(runs)
    if arguments.json:
        points = [
            {
                "values": dict(values[label]),
                "figures": {
                    row.name: {key: cell[key] for key in ("mean", "low90", "high90", "runs")}
                    for row in rows
                    for cell in row.as_dict()["cells"]
                    if cell["scenario"] == label
                },
            }
            for label in runs
        ]
        facts = {"project": project.name, **told(study, batch), "points": points}
        say(json.dumps(facts, indent=2, allow_nan=False))
        return 0
    say(f"{project.name}: {len(runs):,} points.")
    say_runs(study, batch)
    chosen = next(row for row in rows if row.name == arguments.outcome)
    say(f"{chosen.label}: mean, and where 90 % of the runs lie")
    for cell in chosen.cells:
        spread = f"{number(cell.low90)} to {number(cell.high90)}"
        say(f"  {number(cell.mean):>14}  {spread:<26}  {cell.scenario}")
    if arguments.out:
        say(f"Written to {arguments.out}")
    return 0
