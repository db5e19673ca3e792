"""Beside: scenarios of a project, their story and its fit, which lie by its file and go with it."""

from pathlib import Path
from typing import Any

from populace.engine.calibration.drawn import DRAWS_FILE
from populace.engine.calibration.plan import FILE_NAME as FIT
from populace.engine.editing.places import copy_files, named_files
from populace.engine.errors import ProjectError
from populace.engine.project_file import FILE_NAME, file_inside, read_yaml
from populace.engine.scenarios.scenario import FILE_NAME as SCENARIOS
from populace.engine.scenarios.scenario import ScenarioFile, scenarios_of
from populace.engine.scenarios.story import FILE_NAME as STORY
from populace.engine.scenarios.story import story_of

BESIDE = (SCENARIOS, STORY, FIT)


def belonging(values: Any, folder: Path | None) -> set[str]:
    """Return the names of the files in ``folder`` that belong to a project of these values.

    They are the data files that it, a scenario or the fit names, those files, and a fit's draws.
    """
    there = [] if folder is None else [name for name in BESIDE if _is_inside(folder, name)]
    texts = [_content(folder / name) for name in there] if folder is not None else []
    drawn = {DRAWS_FILE} if folder is not None and _is_inside(folder, DRAWS_FILE) else set()
    return {*there, *drawn, *named_files([values, texts], folder)}


def check_beside(folder: Path | None) -> None:
    """Refuse scenarios that are none, a story that tells of none, and a fit that says nothing.

    Whether a fit suits the project is told where it is used, as it may be mended there.
    """
    if folder is None:
        return
    file: ScenarioFile | None = None
    for name in BESIDE:
        if not (folder / name).exists():
            continue
        try:
            content = read_yaml(file_inside(folder, name), name)
            if name == SCENARIOS:
                file = scenarios_of(content)
            elif name == FIT:
                if not isinstance(content, dict):
                    raise ProjectError("must be names with values, such as quantities and series.")
            elif file is None:
                raise ProjectError(f"tells of scenarios: there is no {SCENARIOS} beside it.")
            else:
                story_of(content, file)
        except ProjectError as error:
            what = ": ".join(part for part in (error.place, error.cause) if part)
            raise ProjectError(what, place=name) from None


def follow_beside(saved: Path, folder: Path) -> None:
    """Make the scenarios of an open draft those of its saved project: there they are changed.

    No data file of the draft is written over.
    """
    if not (saved / FILE_NAME).is_file():
        return
    named = belonging([], saved)
    wanted = {name for name in named if name in BESIDE or not (folder / name).exists()}
    copy_files(wanted, saved, folder)
    leave_beside(folder, named)


def leave_beside(folder: Path, named: set[str]) -> None:
    """Take scenarios, a story and a fit out of a folder that are not among these names."""
    for name in (*BESIDE, DRAWS_FILE):
        if name not in named:
            (folder / name).unlink(missing_ok=True)


def _is_inside(folder: Path, name: str) -> bool:
    try:
        file_inside(folder, name)
    except ProjectError:  # missing, or a link that leads out
        return False
    return True


def _content(path: Path) -> Any:
    """Return what a file says; one that is wrong travels as it is, and names nothing."""
    try:
        return read_yaml(path, path.name)
    except ProjectError:
        return None
