"""A boys' boarding school, as large as the one of the influenza outbreak of January 1978."""

from types import MappingProxyType

import numpy as np

from populace.engine.columns import Columns, places_named
from populace.engine.people import People, Places
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure

_BED_SPACING = 4.0  # metres; drawing only
_DORMITORY_SPACING = 24.0


class BoardingSchool(Population):
    """Boys in dormitories by age, all in one school.

    The number and the ages are those of the report in the British Medical Journal; dormitories
    and their layout are made up.
    """

    title = "Boarding school"

    boys = Structure(
        763,
        bounds=(1, 20_000),
        unit="people",
        source="BMJ 1978;1:587: 763 boys between the ages of 10 and 18",
        doc="Boys in the school.",
    )
    beds = Structure(
        12,
        bounds=(1, 12),
        unit="people",
        source="assumption: the report does not describe the dormitories",
        doc="Beds in a dormitory.",
    )

    def agent_count(self) -> int:
        return self.boys

    def columns(self) -> Columns:
        return Columns(("school",), places=places_named(("Boarding school",)))

    def build(self, progress: Progress) -> People:
        """Return the boys, sorted by dormitory; neighbours are of about the same age."""
        progress("Making the beds", 0.0)
        boy = np.arange(self.boys)
        dormitories = -(-self.boys // self.beds)
        # Dormitories differ by one boy at most.
        dormitory = boy * dormitories // self.boys
        bed = boy - np.searchsorted(dormitory, dormitory)
        x, y = _layout(dormitory, bed, dormitories)
        return People(
            age=(10 + boy * 9 // self.boys).astype(np.uint8),
            region_index=np.zeros(self.boys, np.uint16),
            dwelling=dormitory.astype(np.int32),
            x=x.astype(np.float32),
            y=y.astype(np.float32),
            places=Places(
                region_ids=("school",),
                region_names=("Boarding school",),
                region_groups=("",),
                notes=(
                    "Dormitories and the map are made up: the report gives neither.",
                    "Masters and other adults are left out; ages from 10 to 18 are equally common.",
                ),
            ),
            memberships=MappingProxyType({"school": np.zeros(self.boys, np.int32)}),
        )


def _layout(
    dormitory: np.ndarray, bed: np.ndarray, dormitories: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return metres east and north of the middle: dormitories on a grid, beds in rows of four."""
    across = int(np.ceil(np.sqrt(dormitories)))
    x = dormitory % across * _DORMITORY_SPACING + bed % 4 * _BED_SPACING
    y = -(dormitory // across * _DORMITORY_SPACING + bed // 4 * _BED_SPACING)
    return x - (x.max() + x.min()) / 2, y - (y.max() + y.min()) / 2
