"""The abstract base of populations."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from populace.engine.component import Component
from populace.engine.people import People

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

    @abstractmethod
    def build(self, progress: Progress) -> People:
        """Return the people; ``progress`` is told what is being done."""
