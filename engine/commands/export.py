"""populace export: a project as a Python script, or as one file to send."""

import argparse
import json
from pathlib import Path

from populace.engine.commands.terminal import say
from populace.engine.errors import ProjectError

SUMMARY = "write a project as a Python script, or as one file to send"
EXAMPLE = "populace export town_flu --python town.py"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "project",
        metavar="PROJECT",
        help="a project file, a folder with a project.yaml, or a bundled sample such as nyc_covid",
    )
    parser.add_argument(
        "--python",
        metavar="FILE",
        help="a script that gives the same numbers without the studio; data files go beside it",
    )
    parser.add_argument(
        "--package", metavar="FILE", help="one file with all data, which ends in .populace"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the files written as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write what was asked for."""
    if arguments.python is None and arguments.package is None:
        raise ProjectError("say what to write: --python FILE or --package FILE.")
    from populace.engine.editing.package import packed, read_folder
    from populace.engine.export import write_script
    from populace.engine.project import Project
    from populace.engine.project_file import FILE_NAME, PACKAGE, write_whole

    project = Project.load(arguments.project)
    written: list[Path] = []
    try:
        if arguments.python is not None:
            written += write_script(project, Path(arguments.python))
        if arguments.package is not None:
            target = Path(arguments.package)
            if target.suffix != PACKAGE:
                raise ProjectError(
                    f"must end in {PACKAGE}, not {target.name!r}.", place="--package"
                )
            folder = project.folder
            canvas = {}
            if folder is not None and (folder / FILE_NAME).is_file():
                canvas = read_folder(folder)[1]
            write_whole(target, packed(project.spec(), canvas, folder))
            written.append(target)
    except OSError as error:
        raise ProjectError(
            f"cannot be written: {error.strerror}.", file=str(error.filename)
        ) from None
    if arguments.json:
        say(json.dumps({"files": [str(path) for path in written]}, indent=2))
    else:
        for path in written:
            say(f"Written to {path}")
    return 0
