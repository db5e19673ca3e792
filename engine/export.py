"""Export: a project as a Python script that runs by itself and gives the same events."""

import io
import math
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from populace.engine.editing.draft import ordered
from populace.engine.editing.places import copy_files, named_files
from populace.engine.project import Project
from populace.engine.project_file import write_whole

WIDTH = 92  # letters of a line
Change = tuple[int, str, float]  # the first day on which it holds, path, value

_HEAD = """\
# {name}
#
# Made by Populace {version}. Runs this project without the studio, and gives the same events:
#
#     python {file} series.csv
{data}
import csv
import datetime as dt
import sys
from pathlib import Path

from populace.engine import Project, Simulation

"""
_NO_DATES = "import datetime as dt\n"
_BODY = """\

def main() -> None:
    simulation = Simulation(PROJECT)
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "series.csv")
    with out.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["day", "date", *(state.name for state in simulation.states)])
        for day in range(PROJECT.days + 1):
            if day > 0:
{changes}                simulation.step()
            people = simulation.counts.sum(axis=0).tolist()
            table.writerow([day, PROJECT.date_of(day), *people])
    print(f"{{simulation.ever_infected:,}} of {{simulation.people.agent_count:,}} people infected")
    print(f"events_sha256 {{simulation.events_sha256()}}")
    print(f"Written to {{out}}")


if __name__ == "__main__":
    main()
"""
_CHANGE = """\
                for path, value in CHANGES.get(day, ()):
                    simulation.set(path, value)
"""


def script_of(
    spec: Mapping[str, Any],
    *,
    file: str = "model.py",
    data: Iterable[str] = (),
    changes: Iterable[Change] = (),
) -> str:
    """Return a script that runs these project values; ``changes`` are moves of sliders by day.

    ``data`` names the project's files, which must lie beside the script.
    """
    by_day: dict[int, list[tuple[str, float]]] = {}
    for day, path, value in changes:
        by_day.setdefault(day, []).append((path, value))
    name = " ".join(str(spec.get("name") or "A project without a name").split())
    files = sorted(data)
    beside = f"# The script needs beside it: {', '.join(files)}\n" if files else ""
    head = _HEAD.format(name=name, version=version("populace"), file=file, data=beside)
    model = f"PROJECT = Project.from_spec(\n    {_literal(ordered(dict(spec)), 4)},\n"
    model += "    folder=Path(__file__).resolve().parent,\n)\n"
    if "dt.date" not in model:
        head = head.replace(_NO_DATES, "")
    moved = ""
    if by_day:
        moved = "# Sliders that were moved during the run, by the day.\n"
        moved += f"CHANGES = {_literal(by_day, 0)}\n"
    return head + model + moved + _BODY.format(changes=_CHANGE if by_day else "")


def write_script(project: Project, path: Path, changes: Iterable[Change] = ()) -> list[Path]:
    """Write the script, and the project's data files beside it; return what was written."""
    spec = project.spec()
    names = named_files(spec, project.folder)
    if names:
        assert project.folder is not None
        copy_files(names, project.folder, path.parent)
    text = script_of(spec, file=path.name, data=names, changes=changes)
    write_whole(path, text.encode())
    return [path, *(path.parent / name for name in sorted(names))]


def bundled(
    spec: Mapping[str, Any], folder: Path | None, stem: str, changes: Iterable[Change] = ()
) -> tuple[str, bytes]:
    """Return the ending and the content of one file: a script, in an archive with its data."""
    names = sorted(named_files(spec, folder))
    text = script_of(spec, file=f"{stem}.py", data=names, changes=changes).encode()
    if not names or folder is None:
        return "py", text
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{stem}/{stem}.py", text)
        for name in names:
            archive.write(folder / name, f"{stem}/{name}")
    return "zip", stream.getvalue()


def _literal(value: Any, indent: int) -> str:
    """Return a value as Python: on one line where it fits, else a line for each part."""
    flat = _flat(value)
    if len(flat) + indent <= WIDTH or not isinstance(value, dict | list | tuple) or not value:
        return flat
    inner = indent + 4
    pad = " " * inner
    if isinstance(value, dict):
        lines = [f"{pad}{_flat(k)}: {_literal(part, inner)},\n" for k, part in value.items()]
        return "{\n" + "".join(lines) + " " * indent + "}"
    lines = [f"{pad}{_literal(part, inner)},\n" for part in value]
    opening, closing = ("(", ")") if isinstance(value, tuple) else ("[", "]")
    return f"{opening}\n" + "".join(lines) + " " * indent + closing


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flat(k)}: {_flat(part)}" for k, part in value.items()) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_flat, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(_flat, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    text = repr(value)
    if isinstance(value, str) and text.startswith("'") and '"' not in text:
        return f'"{text[1:-1]}"'
    # A draft may hold a date of any kind; all of them are written as they are built.
    return text.replace("datetime.", "dt.", 1) if text.startswith("datetime.") else text
