"""populace fit: looks for the values of a project that explain what was observed."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from populace.engine.commands.many_runs import number
from populace.engine.commands.terminal import ProgressBar, say
from populace.engine.errors import ProjectError

if TYPE_CHECKING:
    from populace.engine.calibration.fitting import Fitting
    from populace.engine.calibration.plan import FitPlan
    from populace.engine.calibration.posterior import Marginal, Posterior, Predicted
    from populace.engine.project import Project

SUMMARY = "find the values of a project that explain what was observed, and how sure they are"
EXAMPLE = "populace fit school_flu --runs 2000 --out fitted"
_FAR = 2.0  # sizes of the noise: farther off, the tolerance shows in the intervals
_OF_PLAN = ("method", "runs", "particles", "people", "seed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "project",
        metavar="PROJECT",
        help="a project file, a folder with a project.yaml, or a bundled sample",
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="a fit.yaml: quantities with priors, series, method (the fit.yaml beside the project; "
        "where there is none, the usual numbers to the data that the project holds)",
    )
    parser.add_argument("--method", metavar="NAME", help="abc_smc (the plan's)")
    parser.add_argument("--runs", type=int, metavar="N", help="guesses in all (the plan's)")
    parser.add_argument(
        "--particles", type=int, metavar="N", help="guesses kept in each round (the plan's)"
    )
    parser.add_argument(
        "--people",
        type=int,
        metavar="N",
        help="people in each run; what is counted is scaled up (the plan's)",
    )
    parser.add_argument("--seed", type=int, metavar="S", help="seed of all draws (the plan's)")
    parser.add_argument(
        "--at-once",
        type=int,
        metavar="N",
        help="at most so many runs at once (as many as cores and memory allow)",
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="folder for fit.json, posterior.csv, predictive.csv and the fitted project.yaml",
    )
    parser.add_argument(
        "--resume", metavar="FOLDER", help="go on with a fit that was stopped or killed"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Fit and say what came out."""
    from populace.engine.project import Project

    if arguments.at_once is not None and arguments.at_once < 1:
        raise ProjectError(f"must be at least 1, not {arguments.at_once}.", place="--at-once")
    project = Project.load(arguments.project)
    fit = _resumed(arguments, project) if arguments.resume else _new(arguments, project)
    _wait(fit)
    posterior = fit.posterior
    if posterior is None:
        raise ProjectError(
            f"{fit.plan.runs:,} runs are too few for {fit.plan.particles:,} guesses a round: none "
            "but the first round was finished, which is the prior. Give --runs.",
            place="--runs",
        )
    if arguments.json:
        facts = {"project": project.name, "plan": fit.plan.as_spec(whole=True)}
        say(json.dumps(facts | posterior.as_json(), indent=2, allow_nan=False, default=str))
        return 0
    _say(project, posterior)
    if fit.folder is not None:
        say(f"Written to {fit.folder}: the project with the medians, and the draws beside it.")
    return 0


def _new(arguments: argparse.Namespace, project: "Project") -> "Fitting":
    from populace.engine.calibration.fit_file import is_fit
    from populace.engine.calibration.fitting import Fitting
    from populace.engine.project_file import FILE_NAME

    plan = _plan(arguments, project)
    folder = None if arguments.out is None else Path(arguments.out)
    if folder is not None and is_fit(folder):
        raise ProjectError(
            f'"{folder}" holds a fit already: go on with --resume {folder}, or name another '
            "folder.",
            place="--out",
        )
    if folder is not None and (folder / FILE_NAME).exists():
        raise ProjectError(
            f'"{folder}" holds a project, and the fitted one would be written over it: name '
            "another folder.",
            place="--out",
        )
    return Fitting(project, plan, folder, at_once=arguments.at_once)


def _resumed(arguments: argparse.Namespace, project: "Project") -> "Fitting":
    from populace.engine.calibration.fitting import Fitting

    for name in ("data", "out", *_OF_PLAN):
        if getattr(arguments, name) is not None:
            raise ProjectError(
                "a fit that goes on keeps what it was begun with: leave this out, or start a new "
                "one without --resume.",
                place=f"--{name}",
            )
    return Fitting.of_folder(Path(arguments.resume), project, at_once=arguments.at_once)


def _plan(arguments: argparse.Namespace, project: "Project") -> "FitPlan":
    from populace.engine.calibration.plan import FitPlan

    if arguments.data is not None:
        plan = FitPlan.read_file(arguments.data, project)
    else:
        plan = FitPlan.of_project(project)
    if plan is None:
        raise ProjectError(
            "the project observes no data that could be fitted: name a fit.yaml, or add an "
            "observed_series to it.",
            place="--data",
        )
    changes = {
        name: getattr(arguments, name) for name in _OF_PLAN if getattr(arguments, name) is not None
    }
    if not changes:
        return plan
    try:
        return FitPlan.read(plan.as_spec(whole=True) | changes, project)
    except ProjectError as error:
        raise ProjectError(error.cause, place=f"--{error.place}") from None


def _wait(fit: "Fitting") -> None:
    """Start, show how far it is, and keep what was found whatever ends it."""
    from populace.engine.scaling_model import in_words

    bar = ProgressBar()
    fit.start()
    try:
        while not fit.join(0.1):
            now = fit.progress
            left = "" if now.seconds_left is None else f", {in_words(now.seconds_left)} left"
            bar(f"{now.runs_done:,} of {now.runs:,} runs{left}. {now.message}", now.share_done)
    finally:
        fit.stop()
        if fit.error is None:
            fit.join()
        bar.close()


def _say(project: "Project", posterior: "Posterior") -> None:
    people = posterior.plan.people or project.population.agent_count()
    size = f" of {people:,} people" if people else ""
    say(f"{project.name}: {posterior.plan.runs:,} runs{size}, {posterior.generation} rounds.")
    say(
        f"The {len(posterior.weights):,} runs that were kept differ from the data by at most "
        f"{posterior.farthest:.3g}, where 1 is the size of the noise of one count."
    )
    if posterior.farthest > _FAR:
        say(
            "Those of a model that is right would differ by about 1.4: more runs may make the "
            "intervals narrower, or the model cannot follow the data."
        )
    for one in posterior.marginals():
        say(f"  {_marginal(one)}  [{one.path}]")
    for one in posterior.predictive():
        say(f"  {_series(one)}")


def _marginal(one: "Marginal") -> str:
    unit = f" ({one.unit})" if one.unit else ""
    interval = f"{_short(one.low)} to {_short(one.high)}"
    if one.identified:
        return f"{one.label}{unit}: {_short(one.median)}, 90 % interval {interval}"
    prior = f"{_short(one.prior_low)} to {_short(one.prior_high)}"
    return f"{one.label}{unit}: the data say nothing about this ({interval}; before: {prior})"


def _series(one: "Predicted") -> str:
    import numpy as np

    counts = int((~np.isnan(one.observed)).sum())
    inside = round(one.share_inside * counts)
    return (
        f"{one.label}: {inside:,} of {counts:,} counts in the band of 90 %; root mean square "
        f"difference from what is expected {number(one.rmse)} people  [{one.name}]"
    )


def _short(value: Any) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"
