"""populace bench: measures speed and memory."""

import argparse
import importlib

from populace.engine.errors import ProjectError

SUMMARY = "measure speed and memory of this machine"
EXAMPLE = "populace bench engine --only nyc_120_days_s --json"
NAMES = ("engine", "frames", "composer", "policies", "peers", "billion", "gradients", "live", "fit")
# Benchmarks whose file has another name: `peers.py` is the program that runs one peer.
FILES = {"peers": "peer_table"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "name",
        metavar="NAME",
        choices=NAMES,
        help="engine: seconds, memory, other simulators; frames: the screen in a real Chromium; "
        "composer: how fast a canvas of 60 parts answers; "
        "policies: what policies cost that act on single people; peers: seconds of each simulator; "
        "billion: a billion people, for minutes on all cores; "
        "gradients: how right the estimates of sensitivity are, for many minutes; "
        "live: how fast the page goes back to any day of a city; "
        "fit: whether a fit finds what is known of a real outbreak",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="FIGURE",
        help="measure these alone, such as start_s (a time in seconds)",
    )
    parser.add_argument(
        "--people", metavar="N", help="billion: another number of people, such as 8.2e9 (1e9)"
    )
    parser.add_argument("--days", metavar="N", help="billion: another number of days (100)")
    parser.add_argument(
        "--json", action="store_true", help="print the figures as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Hand over to the benchmark of that name."""
    try:
        file = FILES.get(arguments.name, arguments.name)
        benchmark = importlib.import_module(f"populace.benchmarks.{file}")
    except ModuleNotFoundError as error:
        raise ProjectError(
            f'needs {error.name}: pip install "populace[studio,test]".',
            place=f"bench {arguments.name}",
        ) from None
    rest = ["--json"] if arguments.json else []
    for option in ("people", "days"):
        if (value := getattr(arguments, option)) is not None:
            if arguments.name != "billion":
                raise ProjectError("is an option of billion alone.", place=f"--{option}")
            rest += [f"--{option}", value]
    if arguments.only:
        rest += ["--only", *arguments.only]
    return int(benchmark.main(rest) or 0)
