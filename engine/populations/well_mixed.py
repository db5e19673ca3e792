"""People in one place who are all alike: for textbook models and classrooms."""

import numpy as np

from populace.engine.columns import Columns, places_named
from populace.engine.people import People, Places
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure

_SPACING = 2.0  # metres between neighbours; drawing only


class WellMixed(Population):
    """One place without households, schools or workplaces: everybody lives alone."""

    title = "Well mixed"

    people = Structure(
        10_000,
        bounds=(0, 100_000_000),
        unit="people",
        source="assumption: a small town",
        doc="Number of people.",
    )
    age = Structure(
        35,
        bounds=(0, 100),
        unit="years",
        source="assumption: one age, so that age plays no part",
        doc="Everybody's age.",
    )

    def columns(self) -> Columns:
        return Columns(places=places_named(("Everybody",)))

    def build(self, progress: Progress) -> People:
        """Return the people on a square grid."""
        progress("Lining people up", 0.0)
        count = self.people
        across = max(int(np.ceil(np.sqrt(count))), 1)
        person = np.arange(count, dtype=np.int32)
        middle = (across - 1) / 2
        return People(
            age=np.full(count, self.age, np.uint8),
            region_index=np.zeros(count, np.uint16),
            dwelling=person,
            x=((person % across - middle) * _SPACING).astype(np.float32),
            y=((middle - person // across) * _SPACING).astype(np.float32),
            places=Places(
                region_ids=("everybody",),
                region_names=("Everybody",),
                region_groups=("",),
                notes=("People stand on a made-up grid: there is no map.",),
            ),
        )
