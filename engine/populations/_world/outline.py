"""Which points lie inside a country: by counting how often a line to the west meets the border."""

import numpy as np

_BANDS = 256  # of latitude: a point is compared only with the pieces of border in its band


class Outline:
    """The border of a country; without one, every point is inside."""

    def __init__(self, lon: np.ndarray, lat: np.ndarray) -> None:
        """Take rings [points] in degrees, each closed and ended by a NaN."""
        piece = np.isfinite(lon[:-1]) & np.isfinite(lon[1:])
        self._x0, self._y0 = lon[:-1][piece], lat[:-1][piece]
        self._x1, self._y1 = lon[1:][piece], lat[1:][piece]
        # Shoelace: rings are summed by their size, whatever way round they were drawn.
        self._twice_area = self._x0 * self._y1 - self._x1 * self._y0
        ring = np.cumsum(np.isnan(lon))[:-1][piece]
        self._ring_area = np.abs(np.bincount(ring, self._twice_area)) / 2 if len(ring) else 0.0

    @property
    def square_degrees(self) -> float:
        """Return the area in degrees of longitude times degrees of latitude; lakes count."""
        return float(np.sum(self._ring_area))

    def contains(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Return for each point whether it lies inside."""
        inside = np.ones(len(lon), bool)
        if len(self._x0) == 0:
            return inside
        low, high = min(self._y0.min(), lat.min()), max(self._y0.max(), lat.max()) + 1e-9
        band = ((lat - low) / (high - low) * _BANDS).astype(np.int64)
        first, last = np.minimum(self._y0, self._y1), np.maximum(self._y0, self._y1)
        edges = low + (high - low) * np.arange(_BANDS + 1) / _BANDS
        for here in np.unique(band):
            points = np.flatnonzero(band == here)
            near = (last >= edges[here]) & (first <= edges[here + 1])
            inside[points] = self._crossings(lon[points], lat[points], near) % 2 == 1
        return inside

    def _crossings(self, lon: np.ndarray, lat: np.ndarray, near: np.ndarray) -> np.ndarray:
        x0, y0, x1, y1 = (part[near] for part in (self._x0, self._y0, self._x1, self._y1))
        spans = (y0 > lat[:, None]) != (y1 > lat[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x0 + (lat[:, None] - y0) / (y1 - y0) * (x1 - x0)
        return np.sum(spans & (at < lon[:, None]), axis=1)
