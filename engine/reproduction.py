"""R_t: how many people somebody infected now would go on to infect, if today's conditions held.

Instantaneous reproduction number (Fraser 2007, doi:10.1371/journal.pone.0000758): the sum over
lags of (infections today by people infected `lag` days ago) / (people infected `lag` days ago).
Who infected whom is known from the event log, so no generation time has to be assumed.
"""

import numpy as np
from jaxtyping import Int64

# A week smooths the weekly rhythm away.
WINDOW_DAYS = 7
# Below these the number is noise or lacks its longest lags: then there is none.
LEAST_INFECTIONS = 20
LARGEST_TAIL = 0.05


class Reproduction:
    """R_t of a run, from one day to the next."""

    def __init__(self, infected_at_start: int) -> None:
        self._infected = [infected_at_start]  # newly infected of each day, day 0 first
        self._by_lag: list[Int64[np.ndarray, " lags"]] = []  # of each day of the window

    def add(self, incidence: int, by_lag: Int64[np.ndarray, " lags"]) -> float | None:
        """Take one day's new infections, all and by the infector's lag; return R_t."""
        self._infected.append(incidence)
        self._by_lag = [*self._by_lag[-(WINDOW_DAYS - 1) :], np.asarray(by_lag, np.int64)]
        infections = np.sum(self._by_lag, axis=0)
        at_risk = self._infectors(len(infections))
        possible = at_risk > 0
        if infections[possible].sum() < LEAST_INFECTIONS:
            return None
        per_infector = infections[possible] / at_risk[possible]
        total = float(per_infector.sum())
        return None if self._tail_is_missing(per_infector, total) else total

    def _infectors(self, lag_count: int) -> Int64[np.ndarray, " lags"]:
        """Count over the window's days those who were infected each lag before."""
        infected = np.asarray(self._infected, np.int64)
        today = len(infected) - 1
        at_risk = np.zeros(lag_count, np.int64)
        for day in range(today - len(self._by_lag) + 1, today + 1):
            reach = min(lag_count, day + 1)
            at_risk[:reach] += infected[day - np.arange(reach)]
        return at_risk

    def _tail_is_missing(self, per_infector: np.ndarray, total: float) -> bool:
        """Tell whether the oldest third of the lags seen so far still weighs: then more follow."""
        oldest = len(per_infector) - len(per_infector) // 3
        return float(per_infector[oldest:].sum()) > LARGEST_TAIL * total
