"""A country of the world: its people by age in its towns and its countryside."""

from functools import cache, partial

import numpy as np

from populace.engine.columns import Columns, places_named
from populace.engine.errors import ProjectError
from populace.engine.people import People, Places
from populace.engine.populations._made import settings
from populace.engine.populations._made.ages import age_counts, share_under_15
from populace.engine.populations._made.households import mean_size
from populace.engine.populations._made.settle import Settlement, settle
from populace.engine.populations._world.outline import Outline
from populace.engine.populations._world.points import homes, points_of
from populace.engine.populations._world.sources import (
    FILES,
    YEARS,
    WorldPlaces,
    age_bands,
    countries,
    read_outline,
    read_places,
)
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure


class Country(Population):
    """The people of a country by age, in its places of 5,000 people and more and around them.

    Number and ages: United Nations, World Population Prospects 2024. Places: GeoNames. With fewer
    ``people`` than the country has, ages and places keep their shares.
    """

    title = "Country"

    country = Structure(
        "Kenya",
        choices=tuple(countries()),
        source="United Nations, World Population Prospects 2024",
        doc="The country, by its name in the list of the United Nations.",
    )
    year = Structure(
        "2025",
        choices=YEARS,
        source="United Nations, World Population Prospects 2024",
        doc="The year whose number of people and ages are used; 2025 is a projection.",
    )
    people = Structure(
        1_000_000,
        bounds=(1_000, 100_000_000),
        unit="people",
        source="assumption: as many as a laptop shows with ease",
        doc="People in the model, at most as many as the country has.",
    )
    household_size = settings.household_size()
    enrolment = settings.enrolment()
    employment = settings.employment()
    draw = settings.draw("countries")

    data_files = FILES

    def check(self) -> None:
        """Refuse more people than there are, and households that no family fits into."""
        there = int(age_bands(countries()[self.country].number, self.year).sum())
        if self.people > there:
            raise ProjectError(
                f"{self.country} had {there:,} people in {self.year}: write at most that, "
                f"not {self.people:,}.",
                place="people",
            )
        settings.check_household_size(self.household_size)

    def columns(self) -> Columns:
        return Columns(("school", "workplace"), places=_centres(countries()[self.country].code))

    def outlines(self) -> str | None:
        land = countries()[self.country]
        return f"world/regions/{land.code}.parquet" if land.has_outline else None

    def build(self, progress: Progress) -> People:
        """Return the people, about 5 s for five million on two cores."""
        progress("Reading places and ages", 0.0)
        self.check()
        land = countries()[self.country]
        bands = age_bands(land.number, self.year)
        places = read_places(land.code)
        nothing = np.zeros(1) * np.nan
        outline = Outline(*(read_outline(land.code) if land.has_outline else (nothing, nothing)))
        progress("Finding places to live", 0.05)
        points, origin = points_of(places, outline, bands.sum(), self.people, self.draw)
        settlement = Settlement(
            region=points.region,
            people=points.people,
            years=age_counts(bands, self.people)[None, :],
            household_size=np.array([self.household_size or mean_size(share_under_15(bands))]),
            enrolment=self.enrolment,
            employment=self.employment,
            seed=self.draw,
        )
        return settle(
            settlement,
            partial(homes, points, seed=self.draw),
            self._places(places, origin, bands.sum()),
            progress,
        )

    def _places(self, places: WorldPlaces, origin: tuple[float, float], total: float) -> Places:
        """Return the regions: the largest places, each with all that is nearest to it."""
        centres = np.flatnonzero(places.is_centre)
        urban = min(places.population.sum() / total, 1.0)
        scale = self.people / total
        return Places(
            region_ids=tuple(str(places.id[row]) for row in centres),
            region_names=tuple(str(places.name[row]) for row in centres),
            region_groups=("",) * len(centres),
            origin_lon=origin[0],
            origin_lat=origin[1],
            boundaries=self.outlines(),
            notes=(
                f"{self.people:,} people stand for the {total:,.0f} of {self.country} in "
                f"{self.year} (United Nations): {scale:.2%} of all, with the same ages.",
                f"{urban:.0%} of people live in the {len(places.id):,} places of GeoNames "
                "(at least 5,000 people, and small capitals). A place inside the disc of a larger "
                "one of its province counts as part of it: New York is counted once.",
                f"The other {1 - urban:.0%} live in made-up hamlets around the places: more "
                "around larger ones (square root of their people), ever fewer with distance.",
                "Regions are made up: each is what lies nearest to one of the largest places.",
                "Households, schools and teams at work are made up; households have 1 + Poisson "
                "people. Schools and teams take people of the same neighbourhood; a few workers "
                "travel.",
                "Positions are random around the middle of places: nobody's address is known.",
            ),
        )


@cache
def _centres(code: str) -> frozenset[str]:
    """Return the names of a country's regions."""
    places = read_places(code)
    return places_named(str(name) for name in places.name[places.is_centre])
