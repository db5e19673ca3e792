"""Regions that the user brings: a map of areas and a table of the people in each."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from populace.engine.columns import Columns, places_named
from populace.engine.errors import ProjectError
from populace.engine.people import People, Places
from populace.engine.populations._made import settings
from populace.engine.populations._made.ages import age_counts, share_under_15
from populace.engine.populations._made.households import mean_size
from populace.engine.populations._made.settle import Settlement, settle
from populace.engine.populations._nyc.ages import ADULT
from populace.engine.populations._nyc.dealing import apportion, generator, systematic
from populace.engine.populations._nyc.positions import around, mercator
from populace.engine.populations._regions.points import points_in
from populace.engine.populations._regions.reading import Counts, Shapes, read_counts, read_shapes
from populace.engine.populations._world.sources import age_bands, countries
from populace.engine.populations.base import Population, Progress
from populace.engine.project_file import file_inside
from populace.engine.quantities import Structure

_YEAR = "2025"
_RADIUS = 150.0  # metres around a point; drawing only
_PEOPLE_MAX = 100_000_000
_COLUMNS = ("table_id_column", "people_column", "household_size_column")
_BANDS_OF_FIVE = tuple(range(0, 105, 5))


class Regions(Population):
    """People spread evenly over areas of a map, as many in each as a table says.

    The map is GeoJSON, GeoPackage, a zipped Shapefile or GeoParquet, the table CSV or Parquet; both
    lie in the project's folder. Needs geopandas.
    """

    title = "Regions of a map"
    needs_files = True

    file = Structure("", doc="The map, in the project's folder: one area per region.")
    id_column = Structure("id", doc="Property of the map that tells regions apart.")
    name_column = Structure("name", doc="Property of the map that names regions.")
    table = Structure("", doc="The table, in the project's folder: one row per region.")
    table_id_column = Structure("id", doc="Heading of the region's id in the table.")
    people_column = Structure("people", doc="Heading of people in the region.")
    household_size_column = Structure(
        "", doc="Heading of the mean household size; without, it follows from the ages."
    )
    age_columns = Structure(
        "", doc="Headings of people in the 21 bands 0-4 to 95-99 and 100+, with commas."
    )
    ages_of = Structure(
        "United Kingdom",
        choices=tuple(countries()),
        source="United Nations, World Population Prospects 2024, year 2025",
        doc="The country whose ages all regions have, without columns of ages.",
    )
    people = Structure(
        0,
        bounds=(0, _PEOPLE_MAX),
        unit="people",
        source="the user's table: 0 is everybody in it",
        doc="People in the model; fewer than in the table keep its shares, 0 is all.",
    )
    enrolment = settings.enrolment(0.9)
    employment = settings.employment()
    draw = settings.draw()

    def files(self) -> tuple[str, ...]:
        return (self.file, self.table)

    def check(self) -> None:
        """Read map and table: a fault is told when the project opens, not in the run."""
        self._years(self._read()[1])

    def agent_count(self) -> int:
        return self.people or round(self._read()[1].people.sum())

    def columns(self) -> Columns:
        return Columns(("school", "workplace"), places=places_named(self._read()[0].names))

    def build(self, progress: Progress) -> People:
        """Return the people, sorted by region."""
        progress("Reading the map", 0.0)
        shapes, counts = self._read()
        years, sizes = self._years(counts)
        of_region = years.sum(axis=1)
        progress("Finding places to live", 0.1)
        region, lon, lat = points_in(shapes.geometry, of_region, self.draw)
        residents = np.zeros(len(region), np.int64)
        for one in np.unique(region):
            here = np.flatnonzero(region == one)
            random = generator(self.draw, "residents", int(one))
            residents[here] = systematic(np.ones(len(here)), int(of_region[one]), random)
        origin = (float(lon.mean()), float(lat.mean()))
        x, y = mercator(lon, lat, *origin)
        radius = (_RADIUS / np.cos(np.radians(lat))).astype(np.float32)
        settlement = Settlement(
            region, residents, years, sizes, self.enrolment, self.employment, self.draw
        )
        return settle(
            settlement,
            lambda home: around(x, y, radius, home, generator(self.draw, "positions")),
            self._places(shapes, origin, counts),
            progress,
        )

    def outlines(self) -> str | None:
        return str(self._read()[0].file)

    def _read(self) -> tuple[Shapes, Counts]:
        paths = []
        for setting in ("file", "table"):
            try:
                paths.append(file_inside(self.folder, getattr(self, setting)))
            except ProjectError as error:
                raise error.at(place=setting) from None
        stamps = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
        columns = tuple((name, getattr(self, name)) for name in (*_COLUMNS, "age_columns"))
        names = (self.file, self.table, self.id_column, self.name_column)
        return _read(stamps, names, columns)

    def _years(self, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
        """Return people by region and year of age, and the mean household size of each region."""
        total = self.agent_count()
        if total > _PEOPLE_MAX or total > round(counts.people.sum()):
            raise ProjectError(
                f"must be at most the {counts.people.sum():,.0f} people of the table (and "
                f"{_PEOPLE_MAX:,}), not {total:,}.",
                place="people",
            )
        people = apportion(counts.people, total)
        usual = age_bands(countries()[self.ages_of].number, _YEAR)
        ages = np.tile(usual, (len(people), 1)) if counts.ages is None else counts.ages
        years = np.zeros((len(people), 101), np.int64)
        for row in np.flatnonzero(people):
            if ages[row].sum() <= 0:
                raise ProjectError(
                    f"row {row + 1} of the map has people and no ages.", place="age_columns"
                )
            years[row] = age_counts(ages[row], int(people[row]))
            if years[row, ADULT:].sum() == 0:
                raise ProjectError(
                    f"region {row + 1} of the map has {people[row]:,} people and no adult among "
                    "them: join it with a neighbour, or take more people.",
                    place="people",
                )
        if counts.household_size is not None:
            return years, counts.household_size
        return years, np.array(
            [mean_size(share_under_15(row)) if row.sum() else 2.0 for row in ages]
        )

    def _places(self, shapes: Shapes, origin: tuple[float, float], counts: Counts) -> Places:
        ages = "the table's" if counts.ages is not None else f"those of {self.ages_of} in {_YEAR}"
        return Places(
            region_ids=shapes.ids,
            region_names=shapes.names,
            region_groups=("",) * len(shapes.ids),
            origin_lon=origin[0],
            origin_lat=origin[1],
            boundaries=str(shapes.file),
            notes=(
                f"{self.agent_count():,} people stand for the {counts.people.sum():,.0f} of "
                f"{self.table}.",
                "People are spread evenly over their region: nobody's address is known.",
                f"Ages are {ages}.",
                "Households, schools and teams at work are made up; households have 1 + Poisson "
                "people.",
            ),
        )


@lru_cache(maxsize=1)
def _read(
    stamps: tuple[tuple[Path, int, int], ...],
    names: tuple[str, str, str, str],
    columns: tuple[tuple[str, str], ...],
) -> tuple[Shapes, Counts]:
    """Return map and table; ``stamps`` tell changed files from those that were read."""
    settings = dict(columns)
    ages = [name.strip() for name in settings.pop("age_columns").split(",") if name.strip()]
    if ages and len(ages) != len(_BANDS_OF_FIVE):
        raise ProjectError(
            f"must name {len(_BANDS_OF_FIVE)} columns, 0-4 to 95-99 and 100+, not {len(ages)}.",
            place="age_columns",
        )
    for setting in ("table_id_column", "people_column"):
        if not settings[setting]:
            raise ProjectError("must name a column of the table.", place=setting)
    shapes = read_shapes(stamps[0][0], *(names[0], names[2], names[3]))
    return shapes, read_counts(stamps[1][0], names[1], shapes.ids, settings, ages)
