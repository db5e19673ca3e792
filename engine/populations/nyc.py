"""New York City: 8,804,190 people on the tax lots of the 2020 census."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import MappingProxyType

import numpy as np

from populace.engine.columns import Columns, names_of
from populace.engine.people import People, Places, Sites
from populace.engine.populations._nyc.ages import age_shares, with_an_adult_each
from populace.engine.populations._nyc.dealing import generator, systematic
from populace.engine.populations._nyc.families import member_ages
from populace.engine.populations._nyc.households import (
    Households,
    form_households,
    residents_of_lots,
)
from populace.engine.populations._nyc.positions import ORIGIN_LAT, ORIGIN_LON, mercator, scatter
from populace.engine.populations._nyc.schools import enrolment_shares, place_pupils
from populace.engine.populations._nyc.sources import (
    BOROUGHS,
    CITY_RESIDENTS,
    FILES,
    Neighbourhoods,
    read_lots,
    read_neighbourhoods,
    read_work_lots,
)
from populace.engine.populations._nyc.workplaces import place_workers, working_chances
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure

OUTLINES = "nyc/nta.parquet"  # in populace.assets
NOTES = (
    "People who come to the city only to work, and visitors, are left out; so are jobs outside.",
    "People in dormitories, jails and nursing homes (about 2 %) are counted where they live, but "
    "put in households like everybody else: an assumption.",
    "Schools and their sites are made up: from the enrolment of each neighbourhood, with at most "
    "1,500 seats. Nursery schools and colleges are left out.",
    "Workplaces are teams of 2 to 60 people on lots without residents, all lots alike: an "
    "assumption. Who works at home is given a team as before 2020.",
    "Households, ages and enrolment fit the survey of 2019-2023 in each neighbourhood; who lives "
    "with whom is modelled.",
    "Marble Hill, a part of the borough of Manhattan, is shown with its neighbourhood in the "
    "Bronx; Rikers Island belongs to the Bronx.",
    "People are drawn around the middle of their tax lot: nobody's real address is known.",
)
# Smaller neighbourhoods (parks, or most of them in a small city) form families together.
_BLOCK_AT_LEAST = 150  # people


class NewYorkCity(Population):
    """Residents of New York in households, schools and workplaces, on the lots they live on.

    Lots: 2020 census spread over housing units. Neighbourhoods: American Community Survey
    2019-2023. Commuting between boroughs: ACS 2011-2015. With fewer ``people``, boroughs,
    neighbourhoods, ages and household sizes keep their shares.
    """

    title = "New York City"

    people = Structure(
        CITY_RESIDENTS,
        bounds=(1_000, CITY_RESIDENTS),
        unit="people",
        source="US Census 2020 (P.L. 94-171): 8,804,190 residents",
        doc="Residents in the model; fewer make a smaller city with the same shares.",
    )
    draw = Structure(
        1,
        bounds=(0, 2**31 - 1),
        unit="number",
        source="assumption: any number will do",
        doc="Which of the possible cities: another number makes other households and jobs.",
    )

    data_files = tuple(f"nyc/{name}.parquet" for name in FILES)

    def columns(self) -> Columns:
        return Columns(("school", "workplace"), places=_place_names())

    def outlines(self) -> str:
        return OUTLINES

    def build(self, progress: Progress) -> People:
        """Return the people, about 8 s for the whole city on two cores."""
        progress("Reading lots and neighbourhoods", 0.0)
        neighbourhoods = read_neighbourhoods()
        lots = read_lots(neighbourhoods)
        progress("Filling homes", 0.1)
        residents = residents_of_lots(lots, self.people, self.draw)
        households = form_households(lots, residents, neighbourhoods, self.draw)
        progress("Forming families", 0.2)
        shares = age_shares(neighbourhoods)
        age = _ages(households, neighbourhoods, shares, self.draw)
        region = np.repeat(households.region, households.size)
        borough = np.repeat(households.borough, households.size)

        progress("Sending children to school", 0.6)
        enrolled = enrolment_shares(neighbourhoods, shares)
        school, anchors, seats = place_pupils(age, region, borough, enrolled, self.draw)
        progress("Sending adults to work", 0.7)
        work_lots = read_work_lots()
        chances = working_chances(neighbourhoods, _people_of_age(region, age, shares.shape))
        workplace, team_lot = place_workers(age, region, borough, chances, work_lots, self.draw)

        progress("Placing people on the map", 0.9)
        lot = np.repeat(households.lot, households.size)
        x, y = scatter(
            *mercator(lots.lon, lots.lat), lots.lat, lot, generator(self.draw, "positions")
        )
        work_east, work_north = mercator(work_lots.lon, work_lots.lat)
        school_lot = _nearest(x[anchors], y[anchors], work_east, work_north)
        return People(
            age=age,
            region_index=region,
            dwelling=np.repeat(np.arange(len(households.size), dtype=np.int32), households.size),
            x=x,
            y=y,
            places=_places(neighbourhoods),
            memberships=MappingProxyType({"school": school, "workplace": workplace}),
            sites=MappingProxyType(
                {
                    "school": _sites(work_east, work_north, school_lot, seats),
                    "workplace": _sites(
                        work_east,
                        work_north,
                        team_lot,
                        np.bincount(workplace[workplace >= 0], minlength=len(team_lot)),
                    ),
                }
            ),
        )


@cache
def _place_names() -> frozenset[str]:
    return names_of(_places(read_neighbourhoods()))


def _ages(
    households: Households, neighbourhoods: Neighbourhoods, shares: np.ndarray, seed: int
) -> np.ndarray:
    """Return everybody's age; blocks are independent, so threads change nothing."""
    counts = neighbourhoods.counts
    with_children = counts["hh_with_under18"] / counts["households"]
    first = np.searchsorted(households.region, np.arange(len(neighbourhoods.ids) + 1))
    ends = np.concatenate([[0], np.cumsum(households.size, dtype=np.int64)])[first]

    def of_block(regions: range) -> np.ndarray:
        random = generator(seed, "families", regions.start)
        sizes = households.size[first[regions.start] : first[regions.stop]]
        weight = np.diff(first[regions.start : regions.stop + 1])
        dealt = [systematic(shares[row], int(ends[row + 1] - ends[row]), random) for row in regions]
        within = slice(regions.start, regions.stop)
        age_counts = with_an_adult_each(
            np.sum(dealt, axis=0), weight @ shares[within], len(sizes), random
        )
        share = float(weight @ with_children[within]) / max(len(sizes), 1)
        return member_ages(sizes, age_counts, share, random)

    with ThreadPoolExecutor(max_workers=2) as threads:
        return np.concatenate(list(threads.map(of_block, _blocks(ends))))


def _blocks(ends: np.ndarray) -> list[range]:
    """Return the stretches of regions that form families together.

    A region with enough people stands alone; smaller neighbours join until they are enough.
    ``ends`` [regions + 1] are the people before each region.
    """
    people = np.diff(ends)
    starts = [0]
    for region in range(1, len(people)):
        stands_alone = people[region] >= _BLOCK_AT_LEAST
        if stands_alone or ends[region] - ends[starts[-1]] >= _BLOCK_AT_LEAST:
            starts.append(region)
    return [range(*pair) for pair in itertools.pairwise([*starts, len(people)])]


def _people_of_age(region: np.ndarray, age: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return the number of people, [regions, ages]."""
    cell = region.astype(np.int32) * shape[1] + age
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)


def _nearest(x: np.ndarray, y: np.ndarray, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Return the lot nearest to each point (x, y)."""
    nearest = np.empty(len(x), np.int64)
    for point in range(len(x)):
        nearest[point] = np.argmin((east - x[point]) ** 2 + (north - y[point]) ** 2)
    return nearest


def _sites(east: np.ndarray, north: np.ndarray, lot: np.ndarray, capacity: np.ndarray) -> Sites:
    return Sites(
        east[lot].astype(np.float32), north[lot].astype(np.float32), capacity.astype(np.int32)
    )


def _places(neighbourhoods: Neighbourhoods) -> Places:
    return Places(
        region_ids=neighbourhoods.ids,
        region_names=neighbourhoods.names,
        region_groups=tuple(BOROUGHS[group] for group in neighbourhoods.group),
        origin_lon=ORIGIN_LON,
        origin_lat=ORIGIN_LAT,
        boundaries=OUTLINES,
        notes=NOTES,
    )
