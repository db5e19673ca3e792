"""Factors of the rates by day and place: what a table of log-rates multiplies."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int32

from populace.engine.sensitivity.attempts import ONE

# A rate may be multiplied by this at most: levels then keep to their 64 bits.
FACTOR_MAX = 64.0


@dataclass(frozen=True)
class Factors:
    """exp of ``log_rates`` multiplies all rates at which the people of a place are infected.

    Row d of ``log_rates`` is that of day d; nothing reads row 0, on which nobody meets. The place
    of an attempt is that of its target: where the person lives who would be infected.
    """

    place: Int32[np.ndarray, " agents"]
    log_rates: Float64[np.ndarray, "days_and_first places"]
    networks: Bool[np.ndarray, " networks"] | None = None  # which ones; None: all

    @staticmethod
    def none(days: int) -> "Factors":
        """Return what changes nothing."""
        return Factors(np.zeros(0, np.int32), np.zeros((days + 1, 1)))

    def tables(self, networks: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return places, the part of each [networks, days, places], and the most of each day."""
        return self.place, *self.tables_of(self.log_rates, networks)

    def tables_of(self, log_rates: np.ndarray, networks: int) -> tuple[np.ndarray, np.ndarray]:
        """Return parts and most of some days alone."""
        factors = np.exp(log_rates)
        if not np.all((factors > 0) & (factors <= FACTOR_MAX)):
            raise ValueError(
                f"a factor of rates must be above 0 and at most {FACTOR_MAX:g}, "
                f"not {factors.min():g} to {factors.max():g}"
            )
        chosen = np.ones(networks, bool) if self.networks is None else self.networks
        each = np.where(chosen[:, None, None], factors, 1.0)
        most = np.ceil(each.max(axis=2) * ONE)
        part = each / most[:, :, None] * ONE * ONE
        return np.rint(part).astype(np.uint64), most.astype(np.uint64)
