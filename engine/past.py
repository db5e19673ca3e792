"""Past: the days of a run that have gone by, kept so that a screen can go back to them."""

from bisect import bisect_right

from populace.engine.snapshot import Snapshot

# Counts by region and state are small; those of a thousand regions over years are not.
_MOST_BYTES = 128 * 2**20


class Past:
    """The snapshots of a run, added by its thread and read by any other.

    People's states are not copied: each snapshot shares the event log, from which a drawing makes
    them again. Where the counts would take more than ``most_bytes``, every second day is dropped,
    as often as needed.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._every = 1  # days between two that are kept
        self._bytes = 0
        self._kept: list[Snapshot] = []

    def add(self, snapshot: Snapshot) -> None:
        """Keep one more day, later than all before."""
        if snapshot.day % self._every:
            return
        self._kept.append(snapshot)
        self._bytes += _bytes_of(snapshot)
        while self._bytes > self._most_bytes and len(self._kept) > 2:
            self._every *= 2
            # A new list: another thread may be reading the old one.
            self._kept = [one for one in self._kept if one.day % self._every == 0]
            self._bytes = sum(_bytes_of(one) for one in self._kept)

    def at(self, day: int) -> Snapshot | None:
        """Return the last kept day up to this one; None before the first."""
        kept = self._kept
        place = bisect_right(kept, day, key=lambda one: one.day)
        return kept[place - 1] if place else None


def _bytes_of(snapshot: Snapshot) -> int:
    own = snapshot.infections
    by_region = 0 if own is None else own.today.nbytes + own.so_far.nbytes + own.days.nbytes
    return snapshot.counts.nbytes + by_region
