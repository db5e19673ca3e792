"""A made-up town for classrooms: streets, households, schools and workplaces."""

from functools import partial

import numpy as np

from populace.engine.columns import Columns, places_named
from populace.engine.people import People, Places
from populace.engine.populations._made import settings
from populace.engine.populations._made.ages import age_counts, share_under_15
from populace.engine.populations._made.households import mean_size
from populace.engine.populations._made.settle import Settlement, settle
from populace.engine.populations._nyc.dealing import generator
from populace.engine.populations._town.streets import houses, lay_out
from populace.engine.populations._world.sources import age_bands, countries
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure

_YEAR = "2025"
_DIRECTIONS = ("north", "east", "south", "west")


class Town(Population):
    """A round town of streets and blocks, with the ages of a country that is chosen.

    Everything but the ages is made up. Nobody lives outside and nobody travels there, which keeps
    an epidemic easy to follow.
    """

    title = "Made-up town"

    people = Structure(
        50_000,
        bounds=(100, 5_000_000),
        unit="people",
        source="assumption: a town that a class can watch street by street",
        doc="People in the town.",
    )
    ages_of = Structure(
        "United Kingdom",
        choices=tuple(countries()),
        source="United Nations, World Population Prospects 2024, year 2025",
        doc="The country whose ages the town has.",
    )
    household_size = settings.household_size(
        "assumption: 1.1 + 7.5 x the share under 15; plausible 2 to 9"
    )
    districts = Structure(
        9,
        bounds=(1, 64),
        unit="regions",
        source="assumption: a middle and eight slices around it",
        doc="Regions of the town, inside which people meet by chance.",
    )
    enrolment = settings.enrolment(
        0.97, "assumption: nearly all children from 5 to 17 go to school; plausible .5 to 1"
    )
    employment = settings.employment()
    draw = settings.draw("towns")

    data_files = ("world/countries.csv", "world/ages.parquet")

    def check(self) -> None:
        """Refuse households that no family fits into."""
        settings.check_household_size(self.household_size)

    def columns(self) -> Columns:
        return Columns(
            ("school", "workplace"), places=places_named(_district_names(self.districts))
        )

    def build(self, progress: Progress) -> People:
        """Return the people, sorted by district, block and house."""
        progress("Laying out streets", 0.0)
        self.check()
        blocks = lay_out(self.people, self.districts, generator(self.draw, "blocks"))
        bands = age_bands(countries()[self.ages_of].number, _YEAR)
        settlement = Settlement(
            region=blocks.district,
            people=blocks.people,
            years=age_counts(bands, self.people)[None, :],
            household_size=np.array([self.household_size or mean_size(share_under_15(bands))]),
            enrolment=self.enrolment,
            employment=self.employment,
            seed=self.draw,
        )
        homes = partial(houses, blocks, random=generator(self.draw, "houses"))
        return settle(settlement, homes, self._places(), progress)

    def _places(self) -> Places:
        names = _district_names(self.districts)
        return Places(
            region_ids=names,
            region_names=names,
            region_groups=("",) * self.districts,
            notes=(
                "The town is made up: streets, households, schools and teams at work.",
                f"Its ages are those of {self.ages_of} in {_YEAR} (United Nations, World "
                "Population Prospects 2024).",
                "Households have 1 + Poisson people, at most 12; children live with an adult who "
                "could be their parent.",
                "Nobody lives outside, works outside or visits.",
            ),
        )


def _district_names(count: int) -> tuple[str, ...]:
    """Name the middle and the slices around it, clockwise from the north."""
    slices = count - 1
    if slices <= 0:
        return ("Town",)
    towards = [_DIRECTIONS[row * len(_DIRECTIONS) // slices] for row in range(slices)]
    return ("Middle", *(f"Slice {row + 1} ({side})" for row, side in enumerate(towards)))
