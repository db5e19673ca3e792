"""Store: finished runs on disk, found again by their content, so that none is computed twice."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from populace.engine.population_cache import cache_folder
from populace.engine.project_file import write_whole
from populace.engine.scenarios.result import DamagedResultError, Result

LOG = logging.getLogger(__name__)
_ENDING = ".run.npz"


def runs_folder() -> Path:
    """Return the folder of kept runs, beside that of kept populations."""
    return cache_folder().parent / "runs"


class Store:
    """A folder with one file for each run. Several threads and processes may use it at once.

    A file is whole or not there, so that whoever is killed loses only runs that were not finished.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or runs_folder()

    def get(self, key: str) -> Result | None:
        """Return a kept run, or None; a damaged file is as good as none."""
        path = self._path(key)
        try:
            return Result.of_bytes(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, DamagedResultError) as error:
            LOG.warning("a kept run cannot be read and is computed again: %s: %s", path, error)
            return None

    def put(self, key: str, result: Result) -> bool:
        """Keep a run; where nothing can be written, say so once in the log and go on."""
        try:
            write_whole(self._path(key), result.as_bytes())
        except OSError as error:
            LOG.warning("a run could not be kept in %s: %s", self.folder, error)
            return False
        return True

    def keys(self) -> list[str]:
        """Return the names of all kept runs."""
        return sorted(path.name.removesuffix(_ENDING) for path in self._files())

    def all(self) -> Iterator[tuple[str, Result]]:
        """Yield all kept runs that can be read."""
        for key in self.keys():
            found = self.get(key)
            if found is not None:
                yield key, found

    def size_bytes(self) -> int:
        """Return the room that the kept runs take."""
        return sum(os.stat(path).st_size for path in self._files())

    def clear(self) -> int:
        """Remove all kept runs; return how many."""
        found = list(self._files())
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_ENDING}"

    def _files(self) -> Iterator[Path]:
        # What begins with a dot was left by a process that was killed while writing.
        return (path for path in self.folder.glob(f"*{_ENDING}") if not path.name.startswith("."))
