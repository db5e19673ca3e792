"""England and Wales in the middle of the twentieth century: 954 towns, for the study of measles."""

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
from populace.engine.populations._nyc.dealing import apportion, generator, systematic
from populace.engine.populations._nyc.positions import around, mercator
from populace.engine.populations._table.columns import labels, numbers
from populace.engine.populations._table.reading import read_table
from populace.engine.populations._world.nesting import radius_km
from populace.engine.populations._world.sources import age_bands, countries
from populace.engine.populations.base import Population, Progress
from populace.engine.project_file import file_inside
from populace.engine.quantities import Structure

_UNITED_KINGDOM, _AGES_OF_YEAR = "United Kingdom", "2000"
_PEOPLE_PER_POINT, _POINTS_AT_MOST = 100, 2_000  # in a town; drawing and locality only
_SMALLEST_TOWN = 100  # people in the model; below, a town may have no adult
_YEARS = ("1944", "1950", "1964")


class EnglandWales(Population):
    """The towns of the measles notifications of 1944 to 1964, each a region of its own.

    Towns and their people come from a file of the user's, as Grenfell, Bjornstad and Kappey (2001)
    and others have used it; its licence is not known, so it is not a part of Populace.
    """

    title = "England and Wales, 954 towns"
    needs_files = True

    file = Structure(
        "",
        doc="The towns, in the project's folder: a .csv with place, lon, lat, pop_1944, pop_1950 "
        "and pop_1964.",
    )
    year = Structure(
        "1950",
        choices=_YEARS,
        source="the user's file: Registrar General's numbers, as used by Grenfell et al. 2001, "
        "Nature 414:716",
        doc="The year whose numbers of people are used.",
    )
    people = Structure(
        0,
        bounds=(0, 100_000_000),
        unit="people",
        source="the user's file: 0 is everybody in it",
        doc="People in the model; fewer keep the shares of the towns, 0 is all.",
    )
    enrolment = settings.enrolment(
        0.97,
        "assumption: nearly all children from 5 to 17 go to school, which in 1950 ended at "
        "15; plausible .7 to 1",
    )
    draw = settings.draw()

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        """Read the towns: a fault is told when the project opens, not in the run."""
        _, towns = self._read()
        total = round(towns[2].sum())
        if self.people > total:
            raise ProjectError(
                f"must be at most the {total:,} people of {self.year}, not {self.people:,}.",
                place="people",
            )

    def agent_count(self) -> int:
        return self.people or round(self._read()[1][2].sum())

    def columns(self) -> Columns:
        return Columns(("school", "workplace"), places=places_named(self._read()[0]))

    def build(self, progress: Progress) -> People:
        """Return the people, sorted by town."""
        progress("Reading towns", 0.0)
        names, (lon, lat, population) = self._read()
        total = self.agent_count()
        residents = apportion(population, total)
        count = np.clip(residents // _PEOPLE_PER_POINT, 1, _POINTS_AT_MOST)
        town = np.repeat(np.arange(len(names)), count)
        origin = (float(lon.mean()), float(lat.mean()))
        stretch = 1_000 / np.cos(np.radians(lat))
        reach = (radius_km(population) * stretch).astype(np.float32)
        east, north = mercator(lon, lat, *origin)
        x, y = around(east, north, reach, town, generator(self.draw, "points"))
        random = generator(self.draw, "residents")
        people = np.concatenate(
            [
                systematic(np.ones(n), int(of), random)
                for n, of in zip(count, residents, strict=True)
            ]
        )
        bands = age_bands(countries()[_UNITED_KINGDOM].number, _AGES_OF_YEAR)
        spread = np.maximum(reach / np.sqrt(count), 50).astype(np.float32)
        groups = _families(residents)
        settlement = Settlement(
            region=town,
            people=people,
            years=np.array([age_counts(bands, int(of)) for of in groups]),
            household_size=np.full(len(groups), mean_size(share_under_15(bands))),
            enrolment=self.enrolment,
            employment=1.0,
            seed=self.draw,
        )
        return settle(
            settlement,
            lambda home: around(x, y, spread[town], home, generator(self.draw, "positions")),
            self._places(names, origin),
            progress,
        )

    def _read(self) -> tuple[tuple[str, ...], np.ndarray]:
        try:
            path = file_inside(self.folder, self.file)
        except ProjectError as error:
            raise error.at(place="file") from None
        stamp = path.stat()
        return _read(path, (stamp.st_mtime_ns, stamp.st_size), self.file, f"pop_{self.year}")

    def _places(self, names: tuple[str, ...], origin: tuple[float, float]) -> Places:
        return Places(
            region_ids=tuple(str(row) for row in range(len(names))),
            region_names=names,
            region_groups=("",) * len(names),
            origin_lon=origin[0],
            origin_lat=origin[1],
            notes=(
                f"{len(names):,} towns with their people of {self.year}; the countryside between "
                "them is left out.",
                f"Ages are those of the {_UNITED_KINGDOM} in {_AGES_OF_YEAR}, the earliest "
                "that are bundled: people were younger in 1950.",
                "Households, schools and teams at work are made up.",
            ),
        )


def _families(residents: np.ndarray) -> np.ndarray:
    """Join neighbours in the list until they are people enough to have an adult for each home."""
    ends = np.cumsum(residents)
    groups, start = [], 0
    for end in ends:
        if end - start >= _SMALLEST_TOWN or end == ends[-1]:
            groups.append(end - start)
            start = end
    groups = [group for group in groups if group]
    if len(groups) > 1 and groups[-1] < _SMALLEST_TOWN:
        groups[-2:] = [groups[-2] + groups[-1]]
    if groups[0] < _SMALLEST_TOWN:
        raise ProjectError(f"must be at least {_SMALLEST_TOWN} people.", place="people")
    assert sum(groups) == ends[-1]
    return np.array(groups)


@lru_cache(maxsize=1)
def _read(
    path: Path, stamp: tuple[int, int], name: str, people: str
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names of the towns, and longitude, latitude and people, [3, towns]."""
    wanted = dict.fromkeys(("place", "lon", "lat", people), "file")
    table = read_table(path, name, wanted)
    codes, names = labels(table["place"], "place", "file", required=True)
    limits = {"lon": (-180, 180), "lat": (-85, 85), people: (1, 1e8)}
    columns = [numbers(table[one], one, "file", low, high) for one, (low, high) in limits.items()]
    return tuple(names[code] for code in codes), np.stack(columns)
