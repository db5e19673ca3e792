"""populace unpack: opens a `.populace` file that somebody sent."""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

from populace.engine.commands.terminal import say
from populace.engine.errors import ProjectError

SUMMARY = "open a .populace file into a new folder; nothing in it is run"
EXAMPLE = "populace unpack town.populace town"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", help="a file that ends in .populace")
    parser.add_argument("folder", metavar="DIR", help="a new folder for the project")
    parser.add_argument(
        "--json", action="store_true", help="print name and problems as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Unpack the file; the folder is there with all of it, or not at all."""
    from populace.engine.editing.package import BYTES_MAX, unpack, write_folder
    from populace.engine.editing.problems import problems_of

    source, target = Path(arguments.file), Path(arguments.folder)
    if target.exists():
        raise ProjectError(f'"{target}" is already there: name a new folder.', place="DIR")
    try:
        with source.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise ProjectError(f"cannot be opened: {error.strerror}.", file=str(source)) from None
    try:
        spec, canvas = unpack(data, folder, source.name)
        write_folder(folder, spec, canvas, folder)
        folder.chmod(0o755)
        os.replace(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    problems = problems_of(spec, target)
    if arguments.json:
        told = [{"place": one.place, "message": one.message} for one in problems]
        say(json.dumps({"name": spec.get("name"), "problems": told}, indent=2))
        return 0
    say(f"{spec.get('name')}: written to {target}")
    for problem in problems:
        say(f"{problem.place}: {problem.message}")
    return 0
