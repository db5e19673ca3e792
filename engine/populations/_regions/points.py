"""Points inside the shapes of regions, drawn evenly."""

import numpy as np

from populace.engine.populations._nyc.dealing import generator

_PEOPLE_PER_POINT, _POINTS_AT_MOST = 50, 5_000  # in a region; drawing and locality only
_TRIES = 60


def points_in(geometry: np.ndarray, people: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """Return region, longitude and latitude of points, in bands from north to south.

    ``people`` [regions] int64 decides how many points a region gets; one without people gets none.
    """
    import shapely

    found = [np.zeros((3, 0))]
    for region, shape in enumerate(geometry):
        if people[region] == 0:
            continue
        shapely.prepare(shape)
        wanted = int(np.clip(people[region] // _PEOPLE_PER_POINT, 1, _POINTS_AT_MOST))
        random = generator(seed, "points", region)
        left, low, right, high = shape.bounds
        inside = np.zeros((2, 0))
        for _ in range(_TRIES):
            tried = random.random((2, 2 * wanted)) * [[right - left], [high - low]]
            tried += [[left], [low]]
            inside = np.hstack([inside, tried[:, shapely.contains_xy(shape, *tried)]])
            if inside.shape[1] >= wanted:
                break
        if inside.shape[1] == 0:  # a sliver: its middle will do
            middle = shape.representative_point()
            inside = np.array([[middle.x], [middle.y]])
        inside = inside[:, :wanted]
        # People next to each other in the table are neighbours: so are points, band by band.
        bands = max(int(np.sqrt(inside.shape[1])), 1)
        band = np.floor((inside[1] - low) / max(high - low, 1e-12) * bands)
        inside = inside[:, np.lexsort((inside[0], band))]
        found.append(np.vstack([np.full(inside.shape[1], region), inside]))
    region, lon, lat = np.hstack(found)
    return region.astype(np.int64), lon, lat
