"""Where Populace keeps what a person makes: drafts that are open, and saved projects."""

import filecmp
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from populace.engine.errors import ProjectError
from populace.engine.project_file import file_inside

SETTING = "POPULACE_HOME"
NAME_MAX = 200  # letters of a file name
# What is a device, and no file, on one of the systems that a project travels to.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def home(user: str = "") -> Path:
    """Return the folder of all that is kept; on a server with a log-in each user has one."""
    chosen = os.environ.get(SETTING)
    if chosen:
        base = Path(chosen).expanduser()
    else:
        data = os.environ.get("XDG_DATA_HOME")
        base = (Path(data) if data else Path.home() / ".local" / "share") / "populace"
    return base / "users" / safe_name(user) if user else base


def safe_name(name: str) -> str:
    """Return a name for a file or folder, on any system, that reads like this one."""
    words = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-._").lower()[:60]
    return f"{words}-project" if not words or is_device(words) else words


def is_device(name: str) -> bool:
    """Return whether a name stands for a device, such as the printer, on some system."""
    return _DEVICE.fullmatch(name) is not None


def named_files(values: Any, folder: Path | None) -> set[str]:
    """Return the names of files in ``folder`` that project values mention, whatever the part."""
    found = set()
    for text in _texts(values):
        if folder is not None and len(text) < NAME_MAX:
            try:
                file_inside(folder, text)
            except ProjectError:
                continue
            found.add(text)
    return found


def copy_files(names: set[str], source: Path, target: Path) -> None:
    """Copy data files from one folder of a project to another; equal ones are left as they are."""
    for name in sorted(names):
        data, copy = file_inside(source, name), target / name
        if copy.is_file() and filecmp.cmp(data, copy, shallow=False):
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        # Another name until all of it is there: a copy is never half.
        part = copy.with_name(f".{copy.name}.part")
        shutil.copyfile(data, part)
        os.replace(part, copy)


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        for part in values.values():
            yield from _texts(part)
    elif isinstance(values, list | tuple):
        for part in values:
            yield from _texts(part)
