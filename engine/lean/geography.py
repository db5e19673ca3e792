"""The bundled world as countries and regions with people, neighbours next to each other."""

from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as parquet

from populace.engine.populations._nyc.dealing import apportion
from populace.engine.populations._world.sources import FOLDER, Country, age_bands, countries

# Smaller places belong to the countryside around the others. A region needs enough people to be
# one: a model of few people has fewer regions.
SMALLEST_PLACE, PEOPLE_PER_REGION = 20_000, 2_000
_HILBERT_BITS = 16


@dataclass(frozen=True)
class Land:
    """A country with its places that make regions, neighbours next to each other."""

    country: Country
    bands: np.ndarray  # [21] people by five years of age
    id: np.ndarray  # [places] GeoNames number as text
    name: np.ndarray
    lon: np.ndarray  # degrees, float64
    lat: np.ndarray
    population: np.ndarray  # people of the place itself, float64

    @property
    def people(self) -> float:
        """Return the people of the whole country."""
        return float(self.bands.sum())

    def weights(self) -> np.ndarray:
        """Return how many live in each region: in its place, and around it in its countryside.

        Larger places have more countryside, by the square root of their people.
        """
        rural = max(self.people - self.population.sum(), 0.0)
        root = np.sqrt(self.population)
        return self.population + rural * root / root.sum()


def lands(year: str, people: int) -> list[Land]:
    """Return the countries in the order of their neighbourhood, for a model of ``people``."""
    with (FOLDER / "places.parquet").open("rb") as file:
        table = parquet.read_table(file)
    column = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    counted = column["population"].astype(np.float64)
    largest = np.sort(counted)[::-1]
    wanted = min(max(people // PEOPLE_PER_REGION, 1), len(largest) - 1)
    least = max(SMALLEST_PLACE, largest[wanted])
    found = []
    for country in countries().values():
        inside = np.flatnonzero(column["country"] == country.code)  # the largest first
        kept = inside[counted[inside] >= least]
        kept = kept if len(kept) else inside[:1]
        lon, lat = (column[name][kept].astype(np.float64) for name in ("lon", "lat"))
        order = np.argsort(hilbert(lon, lat), kind="stable")
        found.append(
            Land(
                country,
                age_bands(country.number, year),
                column["geonameid"][kept][order].astype(str),
                column["name"][kept][order].astype(str),
                lon[order],
                lat[order],
                counted[kept][order],
            )
        )
    middle = [np.average([one.lon, one.lat], axis=1, weights=one.population) for one in found]
    return [found[row] for row in np.argsort(hilbert(*np.transpose(middle)), kind="stable")]


def hilbert(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return the place of points on Hilbert's curve around the world: near points, near numbers."""
    side = 1 << _HILBERT_BITS
    x = np.clip((np.asarray(lon) + 180) / 360 * side, 0, side - 1).astype(np.int64)
    y = np.clip((np.asarray(lat) + 90) / 180 * side, 0, side - 1).astype(np.int64)
    place = np.zeros(len(x), np.int64)
    half = side >> 1
    while half:
        right, up = (x & half) > 0, (y & half) > 0
        place += half * half * ((3 * right) ^ up)
        # The quarters of the curve are turned: the first and the last are mirrored.
        turned = ~up & right
        x, y = np.where(turned, side - 1 - x, x), np.where(turned, side - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
        half >>= 1
    return place


def dealt(weights: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers in proportion to weights, with the sum ``total``."""
    if total == 0 or len(weights) == 0:
        return np.zeros(len(weights), np.int64)
    return apportion(np.asarray(weights, np.float64), total).astype(np.int64)
