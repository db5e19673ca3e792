"""populace run: a project without a screen."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from populace.engine.commands.terminal import ProgressBar, say
from populace.engine.errors import ProjectError
from populace.engine.scaling import fewer_infected, less_supply

if TYPE_CHECKING:
    from populace.engine.project import Project

SUMMARY = "run a project without a screen"
EXAMPLE = (
    "populace run nyc_covid --days 120 --seed 1 --people 88000 "
    "--set disease.transmission=0.05 --out runs/a"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_project(parser)
    parser.add_argument(
        "--device",
        choices=("cpu", "cuda"),
        default="cpu",
        help="cpu: compiled kernels; cuda: a graphics card; the events are the same (cpu)",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="new folder for series.parquet, events.parquet, observations/, project.yaml and "
        "run.json",
    )
    parser.add_argument(
        "--json", action="store_true", help="print run.json on standard output and nothing else"
    )


def add_project(parser: argparse.ArgumentParser) -> None:
    """Declare the project, and what `chosen_project` changes in it."""
    parser.add_argument(
        "project",
        metavar="PROJECT",
        help="a project file, a folder with a project.yaml, or a bundled sample such as nyc_covid",
    )
    add_changes(parser)


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Declare what `changed_project` changes in a project."""
    parser.add_argument("--days", type=int, metavar="N", help="days to run (project's number)")
    parser.add_argument(
        "--seed", type=int, metavar="S", help="seed of all draws, a whole number (project's)"
    )
    parser.add_argument(
        "--people",
        type=int,
        metavar="N",
        help="people to build; shares stay, also of the first infected (project's number)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="change one setting, in its own unit: --set policies.masks.coverage=0.6; repeatable",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the project and write what was asked for."""
    project = chosen_project(arguments)
    require_device(arguments.device)
    from populace.engine.run_output import run_project

    progress = ProgressBar()
    try:
        report = run_project(project, arguments.out, device=arguments.device, progress=progress)
    finally:
        progress.close()
    say(json.dumps(report, indent=2) if arguments.json else summary(report))
    return 0


def chosen_project(arguments: argparse.Namespace) -> "Project":
    """Read the project and change what the options say."""
    from populace.engine.project import Project

    return changed_project(Project.load(arguments.project), arguments, arguments.project)


def changed_project(project: "Project", arguments: argparse.Namespace, file: str) -> "Project":
    """Change in a project what the options say; ``file`` is its name in errors."""
    changes: list[tuple[str, Any]] = [
        (path, value)
        for path, value in (
            ("days", arguments.days),
            ("seed", arguments.seed),
            ("population.people", arguments.people),
            ("disease.initial_infected", fewer_infected(project, arguments.people)),
        )
        if value is not None
    ]
    changes += less_supply(project, arguments.people).items()
    changes += [parsed(text) for text in arguments.set]
    try:
        return project.with_values(dict(changes))
    except ProjectError as error:
        raise error.at(file=file) from None


def parsed(text: str) -> tuple[str, Any]:
    """Return path and value of ``PATH=VALUE``; the value is written as in a project file."""
    from populace.engine.project_file import value_of

    path, sign, value = text.partition("=")
    if not sign or not path.strip():
        raise ProjectError(
            f"must be PATH=VALUE, such as disease.transmission=0.05, not {text!r}.", place="--set"
        )
    return path.strip(), value_of(value, place=f"--set {path.strip()}")


def require_device(device: str) -> None:
    """Refuse a graphics card that is not there."""
    if device == "cpu":
        return
    import torch

    if not torch.cuda.is_available():
        raise ProjectError(
            "this computer has no CUDA device that PyTorch can use: leave --device away.",
            place="--device",
        )


def summary(report: dict[str, Any]) -> str:
    """Say in four lines how the run went."""
    infected = f"{report['ever_infected']:,} ({report['attack_rate']:.1%})"
    lines = [
        f"{report['project']}: {report['people']:,} people, {report['days']:,} days, "
        f"seed {report['seed']}",
        f"Infected in all: {infected}",
        f"{report['seconds']:.2f} s, {report['agent_days_per_second']:,} agent-days/s, "
        f"peak memory {report['peak_rss_mb']:,.0f} MB",
    ]
    if report["out"]:
        lines.append(f"Written to {report['out']}")
    return "\n".join(lines)
