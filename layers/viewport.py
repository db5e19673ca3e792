"""What is kept for one rectangle of the map between two days: who is where, and the counts."""

import numpy as np
from jaxtyping import Float32, Int32, Int64, UInt8

from populace.engine.people import People
from populace.engine.snapshot import Snapshot
from populace.layers import discs, pixels
from populace.layers.history import History, infected_states
from populace.layers.shades import PRIOR_PEOPLE
from populace.layers.view import View

# Beyond this many days counting everybody again is quicker than replaying the events.
_MOST_DAYS_REPLAYED = 10


class Street:
    """The few people of a view of streets, by their exact place."""

    def __init__(self, people: People, view: View, agent: Int32[np.ndarray, " people"]) -> None:
        self.agent = agent
        self.across: Float32[np.ndarray, " people"] = (
            (people.x[agent] - view.x0) * (view.width / (view.x1 - view.x0))
        ).astype(np.float32)
        self.up: Float32[np.ndarray, " people"] = (
            (people.y[agent] - view.y0) * (view.height / (view.y1 - view.y0))
        ).astype(np.float32)
        self.radius = discs.disc_radius(self.across, self.up)
        self.kind = np.zeros(len(agent), np.uint8)

    @property
    def bytes(self) -> int:
        """Memory held, bytes."""
        return self.agent.nbytes + self.across.nbytes + self.up.nbytes + self.kind.nbytes


class Viewport:
    """The cells of a view of many people, with counts that follow the events of each day."""

    def __init__(self, people: People, view: View) -> None:
        width, height = view.width, view.height
        self.shape = (height, width)
        self.cell: Int32[np.ndarray, " agents"] = np.empty(people.agent_count, np.int32)
        all_people = np.zeros(width * height, np.int32)
        bounds = (float(view.x0), float(view.y0), float(view.x1), float(view.y1))
        pixels.locate(people.x, people.y, bounds, width, height, self.cell, all_people)
        cell_of_pixel = np.empty(width * height, np.int32)
        self.cell_count = pixels.number_cells(all_people, cell_of_pixel)
        self.people_count = pixels.cells_of_agents(self.cell, cell_of_pixel)
        self.pixel_of_cell = np.flatnonzero(all_people).astype(np.int32)
        self.people: Int32[np.ndarray, " cells"] = all_people[self.pixel_of_cell]
        self.hot = np.zeros(self.cell_count, np.int32)
        self.cool = np.zeros(self.cell_count, np.int32)
        self.grid: Int64[np.ndarray, "height width"] = np.zeros(self.shape, np.int64)
        self._spare = np.zeros(self.shape, np.int64)
        self._lines = np.zeros((2, width), np.int64)
        self._around: dict[int, Float32[np.ndarray, " cells"]] = {}
        self._spots: dict[
            int, tuple[Int32[np.ndarray, " spots"], Float32[np.ndarray, " spots"]]
        ] = {}
        self._counts: Int32[np.ndarray, "cells states"] | None = None
        self._counts_at: tuple[int, int] = (-1, -1)  # restarts of the history, day
        self._days: tuple[Int32[np.ndarray, " cells"], Int64[np.ndarray, " cells"]] | None = None
        self._days_at: tuple[int, int] = (-1, -1)

    @property
    def bytes(self) -> int:
        """Memory held, bytes."""
        tables = self.cell.nbytes + 3 * self.grid.nbytes
        return tables + (0 if self._counts is None else self._counts.nbytes)

    def radius(self, wanted: int) -> int:
        """Return the radius of blur to use: the wanted one, or what the numbers have room for."""
        most = int(self.people.max()) if self.cell_count else 0
        return pixels.safe_radius(wanted, most, self.shape[1], self.shape[0])

    def counts(self, snapshot: Snapshot, history: History) -> Int32[np.ndarray, "cells states"]:
        """Return the people of each cell by state on the history's day."""
        restarts, day = self._counts_at
        near = abs(history.day - day) <= _MOST_DAYS_REPLAYED
        if self._counts is None or restarts != history.restarts or not near:
            self._counts = np.zeros((self.cell_count, len(snapshot.states)), np.int32)
            pixels.count_states(self.cell, history.state, self._counts)
        else:
            self._replay(snapshot, day, history.day, self._counts)
        self._counts_at = (history.restarts, history.day)
        return self._counts

    def _replay(
        self, snapshot: Snapshot, day: int, until: int, counts: Int32[np.ndarray, "cells states"]
    ) -> None:
        for forward in range(day + 1, until + 1):
            for e in snapshot.log.day(forward):
                pixels.move_counts(self.cell, e.agent, e.before, e.after, counts)
        for backward in range(day, until, -1):
            for e in snapshot.log.day(backward):
                pixels.move_counts(self.cell, e.agent, e.after, e.before, counts)

    def first_days(
        self, snapshot: Snapshot, history: History
    ) -> tuple[Int32[np.ndarray, " cells"], Int64[np.ndarray, " cells"]]:
        """Return the ever infected of each cell and the sum of their days of first infection."""
        restarts, day = self._days_at
        ahead = 0 <= history.day - day <= _MOST_DAYS_REPLAYED
        if self._days is None or restarts != history.restarts or not ahead:
            self._days = (np.zeros(self.cell_count, np.int32), np.zeros(self.cell_count, np.int64))
            pixels.sum_first_days(self.cell, history.first_day, *self._days, history.day)
        else:
            for later in range(day + 1, history.day + 1):
                for e in snapshot.log.day(later):
                    pixels.add_first_days(self.cell, e.agent, later, history.first_day, *self._days)
        self._days_at = (history.restarts, history.day)
        return self._days

    def new_today(self, snapshot: Snapshot) -> None:
        """Write the infections of the snapshot's day into `hot`, nothing into `cool`."""
        self.hot[:] = 0
        self.cool[:] = 0
        if snapshot.day < 1:
            return
        infected = infected_states(snapshot.states)
        for e in snapshot.log.day(snapshot.day):
            pixels.add_infections(self.cell, e.agent, e.before, e.after, infected, self.hot)

    def choose(
        self,
        counts: Int32[np.ndarray, "cells states"],
        hot: UInt8[np.ndarray, " states"],
        cool: UInt8[np.ndarray, " states"],
    ) -> None:
        """Write the people in the chosen states of each cell into `hot` and `cool`."""
        pixels.tally(counts, hot, self.hot)
        pixels.tally(counts, cool, self.cool)

    def smooth(self, radius: int) -> Int64[np.ndarray, "height width"]:
        """Return `hot` and `cool` summed over each pixel's neighbourhood."""
        pixels.pack(self.hot, self.cool, self.pixel_of_cell, self.grid)
        pixels.blur(self.grid, radius, self._spare, self._lines)
        return self.grid

    def around(self, radius: int) -> Float32[np.ndarray, " cells"]:
        """Return the people around each cell, weighted as `smooth` does, and the prior."""
        if radius not in self._around:
            people = self._people_around(radius).ravel()[self.pixel_of_cell]
            self._around[radius] = (people + self._prior(radius)).astype(np.float32)
        return self._around[radius]

    def spots(
        self, radius: int, reach: int
    ) -> tuple[Int32[np.ndarray, " spots"], Float32[np.ndarray, " spots"]]:
        """Return the pixels within `reach` of somebody, and the people around, as `around` does.

        The reach is the smaller: a field may close the gap of a street, but not cross a river.
        """
        if radius not in self._spots:
            near = self._people_around(self.radius(reach)).ravel() > 0
            pixel = np.flatnonzero(near).astype(np.int32)
            people = self._people_around(radius).ravel()[pixel]
            self._spots[radius] = pixel, (people + self._prior(radius)).astype(np.float32)
        return self._spots[radius]

    def _prior(self, radius: int) -> float:
        return PRIOR_PEOPLE * pixels.blur_weight(radius) / (2 * radius + 1) ** 2

    def _people_around(self, radius: int) -> Int64[np.ndarray, "height width"]:
        grid = np.zeros(self.shape, np.int64)
        grid.ravel()[self.pixel_of_cell] = self.people
        pixels.blur(grid, radius, self._spare, self._lines)
        return grid
