"""populace ensemble: one project with many seeds, and how far its runs lie apart."""

import argparse
import json
from typing import TYPE_CHECKING, Any

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
from populace.engine.commands.run import add_project, changed_project, chosen_project
from populace.engine.commands.terminal import say
from populace.engine.errors import ProjectError

if TYPE_CHECKING:
    from populace.engine.scenarios.result import Result
    from populace.engine.scenarios.study import Study

SUMMARY = "run a project with many seeds: medians, bands, and how likely places pass a threshold"
EXAMPLE = "populace ensemble town_flu --runs 40 --within 0.05 --passing infected=30 --out bands.csv"
_PLACES_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_project(parser)
    add_many(parser)
    parser.add_argument(
        "--passing",
        metavar="MEASURE=VALUE",
        help="how likely each place reaches a value: infected or infected_at_once in %% of its "
        "residents; hospital, intensive_care or deaths per 100,000",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="a .csv or .parquet file: median, 50 %% and 90 %% band of each series and day",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the ensemble and say what came out."""
    from populace.engine.scenarios.bands import bands_table
    from populace.engine.scenarios.study import Study

    require_out(arguments.out)
    threshold = threshold_of(arguments.passing)
    project = chosen_project(arguments)
    study = Study.of({project.name: project}, runs_of(arguments), rule_of(arguments))
    drawn, study = with_draws(study, arguments)
    runs, batch = finished(study, arguments)
    results = runs[project.name]
    chances = _chances(results, threshold)
    if arguments.out:
        write(bands_table(results), arguments.out)
    if arguments.json:
        facts = {"project": project.name, **told(study, batch)}
        facts |= {"drawn": drawn} if drawn else {}
        say(json.dumps(facts | _plain(results) | {"places": chances}, indent=2, allow_nan=False))
        return 0
    say(f"{project.name}, {results[0].people:,} people.")
    say_runs(study, batch)
    if drawn:
        say(f"Each run has values that the fit beside it found: {', '.join(drawn)}.")
    for name, one in _figures(results).items():
        mean = one["mean"]
        sure = "" if one["low"] is None else f", 95 % {number(one['low'])} to {number(one['high'])}"
        say(
            f"  {one['label']} ({one['unit']}): median {number(one['median'])}, 90 % of runs "
            f"{number(one['p5'])} to {number(one['p95'])}; mean {number(mean)}{sure}  [{name}]"
        )
    if threshold:
        say(f"Places, by how likely they reach {arguments.passing}:")
        for one in chances[:_PLACES_SHOWN]:
            say(
                f"  {one['probability']:4.0%} ({one['low']:.0%} to {one['high']:.0%})  "
                f"{one['name']}, {one['people']:,} people"
            )
    if arguments.out:
        say(f"Written to {arguments.out}")
    return 0


def with_draws(study: "Study", arguments: argparse.Namespace) -> "tuple[list[str], Study]":
    """Return which values each run draws from a fit beside the project, and the runs with them."""
    from populace.engine.calibration.drawn import DrawnStudy, Draws
    from populace.engine.project import Project

    project = Project.load(arguments.project)
    draws = Draws.beside(project)
    if draws is None:
        return [], study
    found = [
        changed_project(project.with_values(changes), arguments, arguments.project)
        for changes in draws.changes(project, len(study.seeds), study.seeds[0])
    ]
    return draws.unchanged(project), DrawnStudy.of_study(study, found)


def threshold_of(text: str | None) -> tuple[str, float] | None:
    """Read ``MEASURE=VALUE``."""
    from populace.engine.errors import did_you_mean
    from populace.engine.scenarios.places import MEASURES

    if text is None:
        return None
    measure, _, value = (part.strip() for part in text.partition("="))
    if measure not in MEASURES:
        raise ProjectError(
            f'there is no measure "{measure}" of places.{did_you_mean(measure, MEASURES)}',
            place="--passing",
        )
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not 0 < found < float("inf"):
        raise ProjectError(
            f"must be MEASURE=VALUE with a number above 0, such as infected=30, not {text!r}.",
            place="--passing",
        )
    return measure, found


def _chances(results: "list[Result]", threshold: tuple[str, float] | None) -> list[dict[str, Any]]:
    from populace.engine.scenarios.places import passing

    if threshold is None:
        return []
    return [
        {
            "place": one.place,
            "name": one.name,
            "people": one.people,
            "passed": one.passed,
            "probability": one.probability,
            "low": one.interval[0],
            "high": one.interval[1],
        }
        for one in passing(results, *threshold)
    ]


def _figures(results: "list[Result]") -> dict[str, dict[str, Any]]:
    import numpy as np

    from populace.engine.scenarios.bands import QUANTILES
    from populace.engine.scenarios.figures import figures_of, value_of
    from populace.engine.scenarios.intervals import mean_of

    found = {}
    for name, figure in figures_of(results[0]).items():
        values = np.array([value_of(one, name) for one in results])
        mean = mean_of(values)
        quantiles = dict(zip(_NAMES, np.quantile(values, QUANTILES).tolist(), strict=True))
        found[name] = {"label": figure.label, "unit": figure.unit, "mean": mean.value} | quantiles
        found[name] |= {"low": _or_none(mean.low), "high": _or_none(mean.high)}
    return found


_NAMES = ("p5", "p25", "median", "p75", "p95")


def _plain(results: "list[Result]") -> dict[str, Any]:
    """Return figures and bands for JSON."""
    from populace.engine.scenarios.bands import PARTS, bands_of

    bands = {
        name: {"label": band.label, "unit": band.unit}
        | {
            short: [_or_none(value) for value in getattr(band, part).tolist()]
            for short, part in zip(_NAMES, PARTS, strict=True)
        }
        for name, band in bands_of(results).items()
    }
    return {
        "people": results[0].people,
        "start_date": results[0].start_date,
        "figures": _figures(results),
        "bands": bands,
    }


def _or_none(value: float) -> float | None:
    return None if value != value else value
