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
from jaxtyping import Bool, Float64, Int32, Int64

from populace.engine.kernels.cpu import core_count
from populace.engine.sensitivity import counterfactual
from populace.engine.sensitivity.attempts import (
    COLUMNS,
    NEVER,
    Path,
    classes_on,
    event_lags,
    not_taken_up,
)
from populace.engine.sensitivity.counterfactual import Scratch, Worth, without_each
from populace.engine.sensitivity.derivative import Slope
from populace.engine.sensitivity.history import History, NotCoveredError
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.reinfection import Notes, without_each_again
from populace.engine.streams import mix_int, name_key, run_key

# People who differ, for one deletion on average: above, the effect of one infection has no end.
TOUCHED_MAX = 50.0
_FIRST_LOOK = 200  # deletions that tell whether all of them are worth the time
_FIRST_ROOM = 1 << 14
# Below so many deletions a second thread is not worth its start.
_ONE_THREAD_BELOW = 10_000
_NO_BEHAVIOUR = -1
_SAMPLE = name_key("leave one out: sample")


class IdleError(NotCoveredError):
    """A quantity that changes nothing as the others are, or acts in a way that is not known."""


@dataclass(frozen=True)
class Effects:
    """What the outcome would be less without each of the looked-at infections."""

    victims: Int64[np.ndarray, " victims"]  # rows of `Run`: people, or infections
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
        if not any(slope.changes_something for slope in slopes):
            raise IdleError(f"on none of these days {path} changes a rate")
        day, network, infector, kind = history.how[self.victims].T
        version = history.version[day]
        band = history.meetings.band[history.who[self.victims]]
        source = np.stack([slope.source for slope in slopes])
        target = np.stack([slope.target for slope in slopes])
        slope = source[version, network, infector, kind] + target[version, band]
        if len(history.rules.first_class) or history.rules.abroad.shape[2]:
            slope += self._of_protection(history, slopes)
        return slope * self.difference / self.share

    def _of_protection(
        self, history: History, slopes: Sequence[Slope]
    ) -> Float64[np.ndarray, " victims"]:
        """Return how the protection of both people, on that day, answers to a quantity."""
        day, network, _, _ = history.how[self.victims].T
        version = history.version[day]
        source = history.run.source[history.run.winner[self.victims]]
        classes = np.zeros((2, len(day)), np.int64)
        who = history.who[self.victims]
        for row, people in enumerate((source, who)):
            classes_on(people.astype(np.int64), day, history.rules, classes[row])
        own, other = classes
        spread, shield, abroad = (
            np.stack([getattr(slope, name) for slope in slopes])
            for name in ("spread", "shield", "abroad")
        )
        blocks = shield.shape[2]
        region = history.meetings.region
        apart = region[source] != region[who]
        return (
            spread[version, network, own]
            + shield[version, network, own % blocks, other]
            + np.where(apart, abroad[version, network, own % blocks, other % blocks], 0.0)
        )

    def by_day_and_place(
        self, history: History, place: Int32[np.ndarray, " agents"], places: int,
        *, networks: Bool[np.ndarray, " networks"] | None = None, of_source: bool = False,
    ) -> Float64[np.ndarray, "days_and_first places"]:  # fmt: skip
        """Return the estimate for the logarithm of the rates of each day and place, all at once.

        The place is that of the person infected, or ``of_source`` that of the one who infects;
        ``networks`` limits it to contacts in some of them.
        """
        day, network, _, _ = history.how[self.victims].T
        run = history.run
        who = run.source[run.winner[self.victims]] if of_source else history.who[self.victims]
        each = self.difference / self.share
        if networks is not None:
            each = np.where(networks[network], each, 0.0)
        cell = day.astype(np.int64) * places + place[who]
        found = np.bincount(cell, each, (history.run.horizon + 1) * places)
        return found.reshape(-1, places)

    def sampling_error(self, history: History, path: str) -> float:
        """Return the standard error that looking at a share alone brings; not that of chance."""
        each = self.of_each(history, path) * self.share
        return float(np.sqrt((1 - self.share) * np.sum(each**2)) / self.share)


def effects_of(
    history: History, outcome: Outcome, *, share: float = 1.0, threads: int | None = None
) -> Effects:
    """Delete each infection of a run, or a share of them, and see what becomes of the outcome."""
    everybody = np.flatnonzero(history.run.winner >= 0)
    victims = everybody[sampled(history.names[everybody], history.simulation.seed, share)]
    worth = _worth(history, outcome)
    difference, touched = _within_budget(history, victims, worth, threads)
    return Effects(victims, difference, share, _mean(touched))


def slope_of_share(history: History, outcome: Outcome, path: str, *, share: float = 1.0) -> float:
    """Return the estimate of one run for a quantity that is the share who take up a behaviour."""
    return float(share_of_each(history, outcome, path, share=share).sum())


def share_of_each(
    history: History, outcome: Outcome, path: str, *, share: float = 1.0
) -> Float64[np.ndarray, " people"]:
    """Return what each person adds to that estimate.

    Each of the infected who did not take it up is let take it up: one side alone, over the share
    of those who might.
    """
    conduct = history.setting.conduct[path]
    infected = np.flatnonzero(history.run.infected_on < NEVER)
    chosen = np.zeros(len(infected), bool)
    who, number = history.who[infected], history.number[infected]
    not_taken_up(who, number, conduct.behaviour, history.rules, chosen)
    chosen &= sampled(history.names[infected], history.simulation.seed, share)
    worth = _worth(history, outcome)
    found, touched = _within_budget(history, infected[chosen], worth, behaviour=conduct.behaviour)
    _mean(touched)
    return -found / (1.0 - conduct.share) / share * conduct.slope


def _within_budget(
    history: History, victims: np.ndarray, worth: Worth, threads: int | None = None,
    *, behaviour: int = _NO_BEHAVIOUR,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Do as `differences`; raise early where the effect of one infection has no end."""
    if history.episodes is not None:
        first = victims[:: max(1, len(victims) // _FIRST_LOOK)]
        _mean(differences(history, first, worth, threads, behaviour=behaviour,
                          most=int(TOUCHED_MAX * len(first)))[1])  # fmt: skip
    return differences(
        history, victims, worth, threads, behaviour=behaviour, most=int(TOUCHED_MAX * len(victims))
    )


def _mean(touched: np.ndarray) -> float:
    """Return how many people one change touches on average; raise where they are too many."""
    mean = float(touched.mean()) if len(touched) else 0.0
    if mean > TOUCHED_MAX:
        raise NotCoveredError(
            f"one infection more or less changes {mean:.0f} others: too many to follow"
        )
    return mean


def differences(
    history: History, victims: np.ndarray, worth: Worth, threads: int | None = None,
    *, behaviour: int = _NO_BEHAVIOUR, most: int = NEVER,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return how much less the outcome is without each infection, and how many people differ.

    With the number of a behaviour: if each of these people takes it up. Where people can be
    infected again, one of whom more than ``most`` differ is not followed further.
    """
    difference, touched = np.zeros(len(victims)), np.zeros(len(victims), np.int64)
    usual = core_count() if len(victims) > _ONE_THREAD_BELOW else 1
    count = threads or usual
    with ThreadPoolExecutor(count) as pool:
        tasks = [
            pool.submit(
                _delete, victims, part, count, behaviour, most, history, worth, difference, touched
            )
            for part in range(count)
        ]
        for task in tasks:
            task.result()
    return difference, touched


def _delete(
    victims: np.ndarray, begin: int, step: int, behaviour: int, most: int, history: History,
    worth: Worth, difference: np.ndarray, touched: np.ndarray,
) -> None:  # fmt: skip
    """Do a thread's part; where its memory is too small, go on from there with twice as much."""
    room, run, rules = _FIRST_ROOM, history.run, history.rules
    if behaviour != _NO_BEHAVIOUR:
        # Whoever takes it up may make attempts that they did not make: none may be left out.
        run = run._replace(constant=False)
        rules = rules._replace(forced=np.zeros(len(history.meetings.band), np.uint8))
    while begin >= 0 and history.episodes is not None:
        notes = Notes.fresh(len(history.meetings.band), len(run.infected_on), run.horizon, room)
        begin = without_each_again(
            victims, begin, step, behaviour, most, run, history.episodes, worth, notes,
            history.course, history.meetings, rules, difference, touched,
        )  # fmt: skip
        room *= 2
    while begin >= 0:
        scratch = _scratch(history, room)
        begin = without_each(
            victims, begin, step, behaviour, run, worth, scratch, history.course, history.meetings,
            rules, difference, touched,
        )  # fmt: skip
        room *= 2


def _scratch(history: History, room: int) -> Scratch:
    agents = len(history.run.infected_on)
    return Scratch(
        now=history.run.infected_on.copy(),
        status=np.full(agents, counterfactual.SAME, np.uint8),
        hit_on=np.full(agents, -1, np.int32),
        head=np.full(history.run.horizon + 2, -1, np.int32),
        person=np.zeros(room, np.int32),  # not all of it is written before it is read
        hit=np.empty(room, np.uint8),
        following=np.empty(room, np.int32),
        changed=np.empty(room, np.int32),
        made=np.empty((room, COLUMNS), np.uint32),
        path=Path.fresh(),
    )


def _worth(history: History, outcome: Outcome) -> Worth:
    run = history.run
    lag = np.zeros(len(run.infected_on), np.int32)
    if outcome.wanted.any():
        lag[:] = NEVER
        infected = np.flatnonzero(run.infected_on < NEVER)
        event_lags(
            infected, history.who, run.infected_on, history.number, outcome.wanted, history.course,
            history.meetings, history.rules, Path.fresh(), lag,
        )  # fmt: skip
    region = outcome.place_of(history.simulation).astype(np.int32)
    return Worth(outcome.table, region, lag, outcome.wanted, bool(outcome.wanted.any()))


def sampled(agents: np.ndarray, seed: int, share: float) -> np.ndarray:
    """Return who is looked at: by a key, so that a moved slider looks at the same people."""
    if share >= 1.0:
        return np.ones(len(agents), bool)
    key = np.uint32(mix_int(int(run_key(seed)) ^ int(_SAMPLE)))
    with np.errstate(over="ignore"):
        x = agents.astype(np.uint32) * np.uint32(0x9E3779B9) ^ key
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
        x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return (x ^ (x >> np.uint32(16))).astype(np.uint64) < np.uint64(share * 2**32)
