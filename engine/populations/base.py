"""The abstract base of populations."""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from populace.engine.columns import Columns
from populace.engine.component import Component
from populace.engine.people import People
from populace.engine.project_file import file_inside

if TYPE_CHECKING:
    from populace.engine.lean.crowd import Crowd

# Called with a sentence and the share that is done, so that a screen can show it.
Progress = Callable[[str, float], None]


class Population(Component):
    """Who lives where, with whom, and where they meet.

    The people depend on this declaration alone, never on the seed of a run: runs with several
    seeds share one population, and it is cached on disk by its content.
    """

    family: ClassVar[str] = "populations"
    # What the cache asks, beside the settings. Raise the version when the same declaration comes
    # to build other people: those in the cache are then stale.
    version: ClassVar[int] = 1
    data_files: ClassVar[tuple[str, ...]] = ()  # in populace.assets

    # Whether people come from the user's own files, without which there is nobody.
    needs_files: ClassVar[bool] = False
    # The project's folder, where the user's own files lie; None for a project without one. It is
    # no setting: a project sets it when it is read, and it is not written to the file.
    folder: Path | None = None

    def files(self) -> tuple[str, ...]:
        """Return the names of the files in the project's folder that hold the people."""
        return ()

    def own_files(self) -> list[Path]:
        """Return the paths of `files`; one that is missing is a `ProjectError`."""
        return [file_inside(self.folder, name) for name in self.files()]

    def check(self) -> None:
        """Raise a `ProjectError` if people cannot be built from these settings and files."""

    def agent_count(self) -> int | None:
        """Return how many people there will be, or None where only building them tells."""
        return vars(self.values()).get("people")

    def columns(self) -> Columns | None:
        """Return what the people will have, or None where only building them tells."""
        return None

    def outlines(self) -> str | None:
        """Return the `Places.boundaries` that the people will have; None where there are none."""
        return None

    def crowd(self, progress: Progress) -> "Crowd | None":
        """Return the people where they are computed and not kept; else None, and `build` counts."""
        return None

    def bytes_needed(self) -> tuple[int, int] | None:
        """Return the memory of a run and of the people that runs share; None for the usual."""
        return None

    @abstractmethod
    def build(self, progress: Progress) -> People:
        """Return the people; ``progress`` is told what is being done."""
