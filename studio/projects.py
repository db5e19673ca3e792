"""Which projects the page offers: the bundled samples, and the one of the command line."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from populace.engine.project import Project

DEFAULT = "nyc_covid"


@cache
def samples() -> dict[str, str]:
    """Return the samples' folders by their titles, the default first."""
    names = sorted(
        entry.name
        for entry in files("populace.sample_projects").iterdir()
        if entry.joinpath("project.yaml").is_file()
    )
    names.sort(key=lambda name: name != DEFAULT)
    return {Project.load(name).name: name for name in names}


def sample_of(project: Project) -> str:
    """Return the bundled sample that a project is, or was made from by name; "" if it is none."""
    found = samples().get(project.name, "")
    own = project.folder is not None and project.folder.name == found
    return found if own else ""


def choices(own: str = DEFAULT) -> dict[str, str]:
    """Return name or path by title; ``own`` is what the server was started with."""
    found = dict(samples())
    if own not in found.values():
        title = Project.load(own).name
        found = {f"{title} (own)" if title in found else title: own, **found}
    return found


def name_of(project: Project, offered: dict[str, str]) -> str:
    """Return which of the offered projects this is, or nothing where it is none of them."""
    for title, name in offered.items():
        same_folder = project.folder is not None and _folder(name) == project.folder.resolve()
        if same_folder and title.removesuffix(" (own)") == project.name:
            return name
    return ""


def _folder(name: str) -> Path | None:
    folder = Project.load(name).folder
    return folder.resolve() if folder else None
