"""What a project file may hold: its own settings, and the parts it is made of."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from populace.engine.component import Component
from populace.engine.quantities import Quantity, Structure

# A later day than the last of the longest run still is a date.
DATE_MIN, DATE_MAX = dt.date(1000, 1, 1), dt.date(8999, 12, 31)
DEFAULT_START = dt.date(2020, 1, 1)

# The settings of the project itself, declared as those of components are.
SETTINGS: dict[str, Structure] = {
    "days": Structure(
        120,
        bounds=(1, 36_500),
        unit="days",
        source="assumption: one wave of a respiratory infection",
        doc="How long a run is.",
    ),
    "seed": Structure(
        1,
        bounds=(0, 2**63 - 1),
        unit="number",
        source="any: another seed is another run of the same model",
        doc="Fixes all draws: equal projects with equal seeds have equal events.",
    ),
    "headroom": Structure(
        4.0,
        bounds=(1, 16),
        unit="x",
        source="measured: 1, 4 and 8 cost .36, .42 and .44 s at a million people",
        doc="How far a live rate may rise above its start before further attempts are drawn.",
    ),
}
# Key in YAML, folder of the family, and whether there is a list of them.
PARTS = {
    "population": ("populations", False),
    "attributes": ("attributes", True),
    "networks": ("networks", True),
    "disease": ("diseases", False),
    "behaviours": ("behaviours", True),
    "policies": ("policies", True),
    "observations": ("observations", True),
}
KEYS = ("schema", "name", "description", "start_date", *SETTINGS, *PARTS)


@dataclass(frozen=True)
class Setting:
    """One declared number, choice or text of a project's component, and its current value."""

    path: str  # "networks.household.intensity"
    component: Component
    name: str

    @property
    def declaration(self) -> Quantity | Structure:
        """Return unit, bounds, source and meaning."""
        return cast("Quantity | Structure", self.component.param[self.name])

    @property
    def value(self) -> Any:
        """Return the value in the project."""
        return getattr(self.component, self.name)
