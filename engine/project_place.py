"""Where projects lie: in a file or folder of the user's, or among the bundled samples."""

from importlib.resources import files
from pathlib import Path

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project_file import FILE_NAME, PACKAGE


def sample_names() -> list[str]:
    """Return the names of the bundled sample projects."""
    folder = Path(str(files("populace.sample_projects")))
    return sorted(path.parent.name for path in folder.glob(f"*/{FILE_NAME}"))


def locate(path: str | Path) -> tuple[Path, str]:
    """Return the project file, and its name for errors."""
    try:
        found = Path(path)
        if found.is_dir():
            found = found / FILE_NAME
        if found.is_file() and found.suffix != PACKAGE:
            return found, str(found)
    except (OSError, ValueError):
        raise ProjectError("is not a usable file name.", file=str(path)[:80]) from None
    if found.suffix == PACKAGE and found.is_file():
        raise ProjectError("must be unpacked first: populace unpack FILE DIR.", file=str(found))
    if str(path) in sample_names():
        found = Path(str(files("populace.sample_projects"))) / str(path) / FILE_NAME
        return found, f"{path}/{FILE_NAME}"
    hint = did_you_mean(str(path), sample_names()).replace("Known:", "Bundled samples:")
    raise ProjectError(
        f"there is no such project: name a project file, a folder with a {FILE_NAME}, "
        f"or a bundled sample.{hint}",
        file=str(found),
    )
