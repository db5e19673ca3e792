"""Random dealing with controlled rounding: counts that add up, and differ from shares by one."""

import zlib

import numpy as np


def generator(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """Return the named stream of numpy's Philox; set-up only, a run never draws from it.

    The stream depends on ``seed``, ``name`` and ``part`` alone, so that steps can be added,
    reordered or run in threads without changing what the others draw.
    """
    key = np.random.SeedSequence([seed, zlib.crc32(name.encode()), part])
    return np.random.Generator(np.random.Philox(key))


def apportion(shares: np.ndarray, total: int) -> np.ndarray:
    """Split ``total`` in whole numbers by largest remainder; ``shares`` need not add up to 1."""
    exact = shares * (total / shares.sum())
    counts = np.floor(exact).astype(np.int64)
    missing = total - int(counts.sum())
    order = np.argsort(counts - exact, kind="stable")
    counts[order[:missing]] += 1
    return counts


def systematic(shares: np.ndarray, total: int, random: np.random.Generator) -> np.ndarray:
    """Split ``total`` in whole numbers at random: each count is its share rounded up or down.

    Counts are unbiased, add up to ``total``, and so does every run of neighbours within one.
    """
    ends = np.cumsum(shares, dtype=np.float64)
    if total == 0 or ends[-1] <= 0:
        return np.zeros(len(shares), np.int64)
    ends *= total / ends[-1]
    ends[-1] = total
    # A grid of whole numbers with one random offset falls on the line of cumulated shares.
    marks = np.floor(ends + random.random()).astype(np.int64)
    marks[-1] = total
    return np.diff(np.minimum(marks, total), prepend=0)


def deck(shares: np.ndarray, total: int, random: np.random.Generator) -> np.ndarray:
    """Return ``total`` shuffled indices of ``shares``, each as often as its share says."""
    cards = np.repeat(np.arange(len(shares), dtype=np.int16), systematic(shares, total, random))
    random.shuffle(cards)
    return cards


def cut(total: int, sizes: np.ndarray) -> np.ndarray:
    """Return the sizes of the groups into which ``total`` people fall; the last may be smaller.

    ``sizes`` are group sizes in order, with a sum of at least ``total``.
    """
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, total)) + 1
    kept = sizes[:count].copy()
    kept[-1] -= ends[count - 1] - total
    return kept
