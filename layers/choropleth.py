"""One number per region: share infected, new infections, attack rate; and its colour."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32, Int64, UInt8

from populace.engine.people import People
from populace.engine.snapshot import Snapshot
from populace.layers import palettes
from populace.layers.basemap import Basemap
from populace.layers.history import infected_states
from populace.layers.themes import THEMES

if TYPE_CHECKING:
    import holoviews as hv

MEASURES = ("infected", "new", "attack")
PER = 100_000  # people
# Fixed scales, so that a colour means the same on every day (bounds: assumption).
_SCALES = {
    "infected": palettes.INFECTED,
    "new": palettes.NEW_TODAY,
    "attack": palettes.Scale(low=0.05, full=1.0, ticks=(0.05, 0.2, 0.5, 1.0)),
}


@dataclass(frozen=True)
class RegionScale:
    """The colours of one measure, and what they mean."""

    measure: str = "infected"

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            choices = ", ".join(MEASURES)
            raise ValueError(f"unknown measure {self.measure!r}; choose one of {choices}")

    def colours(
        self, values: Float32[np.ndarray, " regions"], theme: str
    ) -> UInt8[np.ndarray, "regions 3"]:
        """Return red, green, blue of each region on the measure's fixed scale."""
        share = np.asarray(values, np.float64) / (PER if self.measure == "new" else 1)
        scale = _SCALES[self.measure]
        place = np.log1p(np.clip(share, 0, scale.full) / scale.low)
        step = np.round(255 * place / np.log1p(scale.full / scale.low)).astype(np.int64)
        return palettes.table(self._ramp(theme))[step].astype(np.uint8)

    def hex_colours(self, values: Float32[np.ndarray, " regions"], theme: str) -> list[str]:
        """Return "#rrggbb" for each region, ready for `ColumnDataSource.patch`."""
        return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in self.colours(values, theme)]

    def legend(self, theme: str) -> list[tuple[str, str]]:
        """Return labels and colours of the measure's scale."""
        scale = _SCALES[self.measure]
        factor, unit = (PER, f"per {PER:,} a day") if self.measure == "new" else (100, "%")
        values = np.array(scale.ticks, np.float32) * (PER if self.measure == "new" else 1)
        colours = self.hex_colours(values, theme)
        return [
            (f"{tick * factor:g} {unit}", colour)
            for tick, colour in zip(scale.ticks, colours, strict=True)
        ]

    def _ramp(self, theme: str) -> tuple[str, ...]:
        colours = THEMES[theme]
        ramps = {
            "infected": colours.heat_ramp,
            "new": colours.new_ramp,
            "attack": colours.scar_ramp,
        }
        return (colours.card, *ramps[self.measure])


def new_infections(snapshot: Snapshot, people: People) -> Int64[np.ndarray, " regions"]:
    """Count a day's infections by region: from the log, or as the run counted them."""
    if snapshot.infections is not None:
        return snapshot.infections.today
    infected = infected_states(snapshot.states).astype(bool)
    new = np.zeros(len(snapshot.counts), np.int64)
    for events in snapshot.log.day(snapshot.day) if snapshot.day > 0 else ():
        infections = events.agent[infected[events.after] & ~infected[events.before]]
        new += np.bincount(people.region_index[infections], minlength=len(new))
    return new


@dataclass(frozen=True)
class Choropleth:
    """Values and colours of the regions of some people."""

    people: People
    measure: str = "infected"

    def __post_init__(self) -> None:
        RegionScale(self.measure)  # refuses an unknown measure

    def values(self, snapshot: Snapshot) -> Float32[np.ndarray, " regions"]:
        """Return the share infected, today's new per 100,000, or the attack rate, by region."""
        people = np.maximum(snapshot.counts.sum(axis=1), 1)
        if self.measure == "infected":
            cases = snapshot.counts[:, infected_states(snapshot.states).astype(bool)].sum(axis=1)
        elif self.measure == "attack":
            never = [state.role == "susceptible" for state in snapshot.states]
            cases = people - snapshot.counts[:, never].sum(axis=1)
        else:
            cases = PER * new_infections(snapshot, self.people)
        return (cases / people).astype(np.float32)

    def hex_colours(self, values: Float32[np.ndarray, " regions"], theme: str) -> list[str]:
        """Return "#rrggbb" for each region, ready for `ColumnDataSource.patch`."""
        return RegionScale(self.measure).hex_colours(values, theme)

    def element(self, snapshot: Snapshot, geography: Basemap) -> "hv.Polygons":
        """Return the regions as a HoloViews element, for notebooks and for export."""
        import holoviews as hv

        rows = []
        for region, value in enumerate(self.values(snapshot)):
            for xs, ys in zip(geography.xs[region], geography.ys[region], strict=True):
                holes = [np.column_stack(ring) for ring in zip(xs[1:], ys[1:], strict=True)]
                row = {"x": xs[0], "y": ys[0], "holes": [holes], self.measure: float(value)}
                rows.append({**row, "region": geography.region_names[region]})
        return hv.Polygons(rows, ["x", "y"], [self.measure, "region"])
