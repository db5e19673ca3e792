"""The command line: `populace run`, `check`, `bench`, and what other packages add.

A package adds a command by an entry point in the group ``populace.commands``: its name is the
command, its value a function that takes the rest of the command line (a list of text, without
the command's name) and returns the exit code.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points, version

from populace.engine.commands import (
    bench,
    check,
    compare,
    ensemble,
    export,
    fit,
    report,
    run,
    runs,
    sensitivity,
    sweep,
    unpack,
)
from populace.engine.commands.terminal import complain
from populace.engine.errors import ProjectError

OWN = {
    "run": run,
    "report": report,
    "check": check,
    "sensitivity": sensitivity,
    "fit": fit,
    "ensemble": ensemble,
    "compare": compare,
    "sweep": sweep,
    "runs": runs,
    "export": export,
    "unpack": unpack,
    "bench": bench,
}
GROUP = "populace.commands"
# What the studio adds where it is installed.
SERVE = "serve"
STOPPED = 130  # as shells say for Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the user's mistakes give one line and exit code 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        added = {entry.name: entry for entry in entry_points(group=GROUP)}
        if words and words[0] not in OWN and words[0] in {SERVE, *added}:
            return _other(words[0], added, words[1:])
        arguments = _parser(added).parse_args(words)
        return arguments.run(arguments)
    except ProjectError as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("Stopped.")
        return STOPPED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser(added: dict[str, EntryPoint]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="populace",
        description="Agent-based epidemic models of whole cities.",
        epilog="example: populace run nyc_covid --days 30 --people 88000",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"populace {version('populace')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in OWN.items():
        sub = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=f"{command.SUMMARY.capitalize()}.",
            epilog=f"example: {command.EXAMPLE}",
            allow_abbrev=False,
        )
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    for name in sorted({SERVE, *added}):
        commands.add_parser(name, help="open the studio in the browser" if name == SERVE else name)
    return parser


def _other(name: str, added: dict[str, EntryPoint], words: list[str]) -> int:
    """Run a command of another package."""
    missing = ProjectError('needs the studio: pip install "populace[studio]".', place=name)
    if name not in added:
        raise missing
    try:
        command = added[name].load()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("populace.engine"):
            raise
        raise missing from None
    return int(command(words) or 0)


if __name__ == "__main__":
    sys.exit(main())
