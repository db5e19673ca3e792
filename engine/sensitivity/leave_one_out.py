"""Leave one attempt out: the unbiased gradient of an outcome for any number of quantities.

Attempts are points of a Poisson process, thinned by rates that depend on the quantities. By the
formula of Russo and Margulis for such processes,

    d E[L] / d q = E[ sum over attempts that succeeded of  d log rate / d q  *  (L - L without it) ]

L without it differs only for the attempt that infected somebody: one number for each infected
person, found by following those alone who would have fared differently (`counterfactual`). That
number knows no quantity, so one pass serves them all.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from populace.engine.kernels.cpu import core_count
from populace.engine.sensitivity import counterfactual
from populace.engine.sensitivity.attempts import COLUMNS, NEVER, event_lags
from populace.engine.sensitivity.counterfactual import Scratch, Worth, without_each
from populace.engine.sensitivity.history import History, NotCoveredError
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.streams import mix_int, name_key, run_key

# People who differ, for one deletion on average: above, the effect of one infection has no end.
TOUCHED_MAX = 50.0
_FIRST_ROOM = 1 << 14
_SAMPLE = name_key("leave one out: sample")


@dataclass(frozen=True)
class Effects:
    """What the outcome would be less without each of the looked-at infections."""

    victims: Int64[np.ndarray, " victims"]
    difference: Float64[np.ndarray, " victims"]
    share: float  # of all infections that was looked at
    touched: float  # people who differ for one deletion, on average

    def gradient(self, history: History, paths: Sequence[str]) -> Float64[np.ndarray, " paths"]:
        """Return the estimate of one run for each quantity: outcome per unit of the quantity."""
        return np.array([self.of_each(history, path).sum() for path in paths])

    def of_each(self, history: History, path: str) -> Float64[np.ndarray, " victims"]:
        """Return what each infection adds to the estimate for a quantity."""
        slopes = history.slopes[path]
        if not all(slope.rates_only for slope in slopes):
            raise NotCoveredError(f"{path} changes more than the rates of contacts")
        day, network, infector, kind = history.how[self.victims].T
        version = history.version[day]
        band = history.meetings.band[self.victims]
        source = np.stack([slope.source for slope in slopes])
        target = np.stack([slope.target for slope in slopes])
        slope = source[version, network, infector, kind] + target[version, band]
        return slope * self.difference / self.share

    def sampling_error(self, history: History, path: str) -> float:
        """Return the standard error that looking at a share alone brings; not that of chance."""
        each = self.of_each(history, path) * self.share
        return float(np.sqrt((1 - self.share) * np.sum(each**2)) / self.share)


def effects_of(
    history: History, outcome: Outcome, *, share: float = 1.0, threads: int | None = None
) -> Effects:
    """Delete each infection of a run, or a share of them, and see what becomes of the outcome."""
    everybody = np.flatnonzero(history.run.winner >= 0)
    victims = everybody[_sampled(everybody, history.simulation.seed, share)]
    worth = _worth(history, outcome)
    difference, touched = np.zeros(len(victims)), np.zeros(len(victims), np.int64)
    usual = core_count() if len(victims) > 10_000 else 1
    count = threads or usual
    with ThreadPoolExecutor(count) as pool:
        tasks = [
            pool.submit(_delete, victims, part, count, history, worth, difference, touched)
            for part in range(count)
        ]
        for task in tasks:
            task.result()
    mean = float(touched.mean()) if len(victims) else 0.0
    if mean > TOUCHED_MAX:
        raise NotCoveredError(
            f"one infection more or less changes {mean:.0f} others: too many to follow"
        )
    return Effects(victims, difference, share, mean)


def _delete(
    victims: np.ndarray, begin: int, step: int, history: History, worth: Worth,
    difference: np.ndarray, touched: np.ndarray,
) -> None:  # fmt: skip
    """Do a thread's part; where its memory is too small, go on from there with twice as much."""
    room = _FIRST_ROOM
    while begin >= 0:
        scratch = _scratch(history, room)
        begin = without_each(
            victims, begin, step, history.run, worth, scratch, history.course, history.meetings,
            history.rules, difference, touched,
        )  # fmt: skip
        room *= 2


def _scratch(history: History, room: int) -> Scratch:
    agents = len(history.run.infected_on)
    return Scratch(
        now=history.run.infected_on.copy(),
        status=np.full(agents, counterfactual.SAME, np.uint8),
        hit_on=np.full(agents, -1, np.int32),
        head=np.full(history.run.horizon + 2, -1, np.int32),
        person=np.empty(room, np.int32),
        hit=np.empty(room, np.uint8),
        following=np.empty(room, np.int32),
        changed=np.empty(room, np.int32),
        made=np.empty((room, COLUMNS), np.uint32),
    )


def _worth(history: History, outcome: Outcome) -> Worth:
    run = history.run
    lag = np.zeros(len(run.infected_on), np.int32)
    if outcome.wanted.any():
        lag[:] = NEVER
        infected = np.flatnonzero(run.infected_on < NEVER)
        event_lags(
            infected, run.infected_on, outcome.wanted, history.course, history.meetings,
            history.rules, lag,
        )  # fmt: skip
    return Worth(outcome.table, history.simulation.world.region, lag, outcome.wanted)


def _sampled(agents: np.ndarray, seed: int, share: float) -> np.ndarray:
    """Return who is looked at: by a key, so that a moved slider looks at the same people."""
    if share >= 1.0:
        return np.ones(len(agents), bool)
    key = np.uint32(mix_int(int(run_key(seed)) ^ int(_SAMPLE)))
    with np.errstate(over="ignore"):
        x = agents.astype(np.uint32) * np.uint32(0x9E3779B9) ^ key
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
        x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return (x ^ (x >> np.uint32(16))).astype(np.uint64) < np.uint64(share * 2**32)
