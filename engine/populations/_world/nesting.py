"""Which places are counted, so that nobody is counted twice: New York, not also Brooklyn."""

import numpy as np

# Assumption: a place fills a disc with this many people per square kilometre.
PEOPLE_PER_KM2 = 6_000.0
KM_PER_DEGREE = 111.195  # of a meridian, on a sphere of 6,371 km


def radius_km(population: np.ndarray) -> np.ndarray:
    """Return the radius in km of the disc that a place of ``population`` people fills."""
    return np.sqrt(population / (PEOPLE_PER_KM2 * np.pi))


def distance_km(lon: np.ndarray, lat: np.ndarray, lon0: float, lat0: float) -> np.ndarray:
    """Return km to a point; right within 1 % for the tens of km that matter here."""
    east = ((lon - lon0 + 180) % 360 - 180) * np.cos(np.radians(lat0))
    return KM_PER_DEGREE * np.hypot(east, lat - lat0)


def outermost(
    lon: np.ndarray, lat: np.ndarray, population: np.ndarray, province: np.ndarray
) -> np.ndarray:
    """Return rows of the places that lie in the disc of no larger one in the same province.

    Largest first. A smaller place inside may be a part of the larger (Brooklyn) or a town that
    touches it: the data does not tell them apart, and both count as the larger place.
    """
    order = np.argsort(-population, kind="stable")
    reach = radius_km(population)
    open_ = np.ones(len(order), bool)
    kept = []
    for row in order:
        if not open_[row]:
            continue
        kept.append(row)
        near = distance_km(lon, lat, float(lon[row]), float(lat[row])) < reach[row]
        open_ &= ~(near & (province == province[row]))
    return np.array(kept, np.int64)
