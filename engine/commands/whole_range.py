"""populace sensitivity --global: which numbers matter over the whole of their ranges."""

import argparse
import json
from typing import TYPE_CHECKING

from populace.engine.commands.many_runs import number, waited_for
from populace.engine.commands.run import chosen_project
from populace.engine.commands.terminal import say

if TYPE_CHECKING:
    from populace.engine.scenarios.batch import Batch
    from populace.engine.sensitivity.global_design import Importance
    from populace.engine.sensitivity.global_runs import GlobalSensitivity

METHODS = ("morris", "sobol")


def run_global(arguments: argparse.Namespace) -> int:
    """Run the design and print a line for each number, the one that matters most first."""
    from populace.engine.scenarios.store import Store
    from populace.engine.sensitivity.global_runs import GlobalRuns
    from populace.engine.sensitivity.ranges import Range, usual_ranges

    # The number of people is that of the runs; all else is said of the whole population.
    project = chosen_project(argparse.Namespace(**vars(arguments) | {"people": None}))
    ranges = usual_ranges(project, arguments.wrt, [Range.read(text) for text in arguments.range])
    plan = GlobalRuns.of(
        project,
        arguments.method,
        ranges,
        runs=arguments.runs,
        people=arguments.people,
    )
    batch = waited_for(plan.batch(Store()), arguments.outcome)
    found = plan.answer(batch.results, arguments.outcome)
    if arguments.json:
        now = batch.progress
        facts = {"project": project.name, "computed": now.computed, "reused": now.reused}
        say(json.dumps(facts | found.as_dict(), indent=2, allow_nan=False))
        return 0
    _say(project.name, found, batch)
    return 0


def _say(name: str, found: "GlobalSensitivity", batch: "Batch") -> None:
    from populace.engine.sensitivity.global_words import HOW, chance_in_words

    now = batch.progress
    say(
        f"{name}: {found.label.lower()} in {found.days:,} days, over the whole range of "
        f"{len(found.numbers)} numbers at once. Each run has {found.size}, of whom "
        f"{found.first_infected:,} are infected first; {found.runs:,} runs, {now.computed:,} "
        f"computed. 90 % of them lie from {number(found.low90)} to {number(found.high90)} "
        f"{found.unit}, the mean is {number(found.mean)}."
    )
    say(HOW[found.method])
    ends = {one.path: f"{one.low:g} to {one.high:g}" for one in found.ranges}
    for one in found.numbers:
        say(f"  {_line(one)}  {one.path}, {ends[one.path]}")
    say(f"  {_line(found.chance)}  chance alone")
    say(chance_in_words(found))


def _line(one: "Importance") -> str:
    from populace.engine.sensitivity.global_design import Elementary, Share
    from populace.engine.sensitivity.global_words import in_per_cent

    if isinstance(one, Share):
        value, low, high, alone = (
            in_per_cent(part) for part in (one.value, one.low, one.high, one.alone)
        )
        interval = f"({low} to {high})"
        return f"{value:>6}  {interval:<16}  {alone:>5} alone"
    assert isinstance(one, Elementary)
    interval = f"({number(one.low)} to {number(one.high)})"
    return (
        f"{number(one.value):>12}  {interval:<24}  {number(one.mean):>12}  {number(one.spread):>10}"
    )
