"""Authority: the policies of one run at work, each morning before anything else happens."""

from collections import deque
from collections.abc import Iterator, Mapping
from copy import copy

import numpy as np
from jaxtyping import Int32, UInt8

from populace.engine.component import Values
from populace.engine.errors import ProjectError
from populace.engine.kernels.base import Kernel
from populace.engine.policies._delivery import Delivery
from populace.engine.policies._schedule import Schedule
from populace.engine.policies._situation import WEEK, Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Classes, Protection
from populace.engine.targets import Blocks, Scaling, scales_contacts, target_of
from populace.engine.world import World

Policies = Mapping[str, tuple[type[Policy], Values]]


class Authority:
    """Decides which policies are in force, and lets them act on people.

    ``policies`` by path, in an order that is not that of the file; their values may change while
    the run goes on.
    """

    def __init__(self, policies: Policies, world: World, run_key: np.uint32) -> None:
        self._policies, self._people, self._run_key = policies, world.people, run_key
        self._schedules = {path: Schedule() for path in policies}
        self.strengths = dict.fromkeys(policies, 1.0)
        self._week: deque[int] = deque([0] * WEEK, maxlen=WEEK)
        self._found = np.empty(0, np.int32)
        self._newborn: Int32[np.ndarray, " newborn"] = np.empty(0, np.int32)
        self._born_on: Int32[np.ndarray, " agents"] | None = None  # 0: there from the start
        self._deliveries: dict[str, Delivery] = {}
        self._history: list[dict[str, int]] = []  # the counts of each day
        targets = {}
        for path, (kind, values) in policies.items():
            self._require(path, kind.needs)
            target = target_of(path, kind, values, world.people, run_key)
            made = kind.delivery(world, run_key, values)
            if made is not None:
                made.path = path
                self._deliveries[path] = made
            if made is not None and target is not None:
                made.limit(target)
            if target is not None and scales_contacts(kind):
                targets[path] = target
        blocks = Blocks.of(world.agent_count, targets)
        self._inside, self._block_count = blocks.inside, blocks.count
        try:
            standings = [len(one) for one in self._standings()]
            # The block is the last digit, and stays as it is for the whole run.
            self._classes = Classes([*standings, self._block_count])
        except ValueError as error:
            raise ProjectError(str(error), place="policies") from None
        # One byte for each person, but only where people are of several classes.
        agents = world.agent_count if self._deliveries else 0
        none: UInt8[np.ndarray, " agents"] = np.zeros(agents, np.uint8)
        self._class = blocks.of_people if targets else none

    def begin(self, kernel: Kernel) -> None:
        """Tell the kernel before the first day who is in which block."""
        if self._block_count > 1:
            agents = np.flatnonzero(self._class).astype(np.int32)
            kernel.protect(agents, self._class[agents])

    def decide(self, day: int, kernel: Kernel, states: tuple) -> bool:
        """Act on the morning of a day; return whether a policy's strength has changed."""
        if not self._policies:
            return False
        situation = self._situation(day, kernel, states)
        before = dict(self.strengths)
        for path, (_, values) in self._policies.items():
            self.strengths[path] = self._schedules[path].strength(situation, values)
        found = []
        for number, (path, delivery) in enumerate(self._deliveries.items()):
            values = self._policies[path][1]
            for agents, standing in delivery.act(situation, values, self.strengths[path]):
                self._assign(kernel, number, delivery.within(agents), standing)
            found.append(delivery.found)
        self._found = np.concatenate([*found, np.empty(0, np.int32)])
        self._history.append(self.counts())
        return self.strengths != before

    def observe(self, infections: int) -> None:
        """Take note of a day's infections."""
        self._week.append(infections)

    def replace(self, kernel: Kernel, newborn: Int32[np.ndarray, " newborn"], day: int) -> None:
        """Take note of those in whose places somebody was born today: nothing reached them yet."""
        self._newborn = newborn
        if not self._deliveries or not len(newborn):
            return
        if self._born_on is None:
            self._born_on = np.zeros(self._people.agent_count, np.int32)
        self._born_on[newborn] = day
        classes = self._class[newborn]
        for number, delivery in enumerate(self._deliveries.values()):
            if not delivery.of_places:
                classes = self._classes.with_standing(classes, number, 0)
        self._class[newborn] = classes
        kernel.protect(newborn, classes)

    def protections(self) -> list[Protection]:
        """Return the protection of each class, with the present values."""
        blocks = (NONE,) * self._block_count
        return self._classes.protections([*self._standings(), blocks])

    @property
    def classes(self) -> UInt8[np.ndarray, " agents"]:
        """Everybody's class of protection now; empty where all are of one."""
        return self._class

    @property
    def acts_on_people(self) -> bool:
        """Whether a policy acts on single people."""
        return bool(self._deliveries)

    def scalings(self) -> list[Scaling]:
        """Return what policies leave of contacts, with today's strengths."""
        found = []
        for path, (kind, values) in self._policies.items():
            inside = self._inside.get(path)
            if inside is not None and self._block_count == 1:
                if not inside.all():
                    continue  # its target is nobody
                inside = None
            found.append(Scaling(kind, values, self.strengths[path], inside))
        return found

    def counts(self) -> dict[str, int]:
        """Return what the policies did so far: "policies.vaccination.doses" and the like."""
        return {
            f"{path}.{what}": count
            for path, delivery in self._deliveries.items()
            for what, count in delivery.counts().items()
        }

    def history(self) -> tuple[dict[str, int], ...]:
        """Return what `counts` returned on each day; nothing where there are no policies."""
        return tuple(self._history)

    def fork(self, policies: Policies) -> "Authority":
        """Return an independent copy that reads these values."""
        twin = copy(self)
        twin._policies = policies
        twin._schedules = {path: copy(one) for path, one in self._schedules.items()}
        twin._deliveries = {path: one.copy() for path, one in self._deliveries.items()}
        twin._history = list(self._history)
        twin.strengths, twin._week = dict(self.strengths), copy(self._week)
        twin._class = self._class.copy()
        twin._born_on = None if self._born_on is None else self._born_on.copy()
        return twin

    def _require(self, path: str, needs: str) -> None:
        if needs and all(kind.kind_name() != needs for kind, _ in self._policies.values()):
            raise ProjectError(
                f"needs the policy {needs}, which finds the cases: add {{kind: {needs}}}.",
                place=path,
            )

    def _standings(self) -> Iterator[tuple[Protection, ...]]:
        for path in self._deliveries:
            kind, values = self._policies[path]
            yield kind.protections(values)

    def _situation(self, day: int, kernel: Kernel, states: tuple) -> Situation:
        events = tuple(kernel.log.day(day - 1)) if self._deliveries else ()
        totals = kernel.counts().sum(axis=0).tolist()
        # Who was found and died on the same day is no case any more.
        found = self._found[~np.isin(self._found, self._newborn)]
        return Situation(
            day,
            self._run_key,
            self._people,
            states,
            totals,
            tuple(self._week),
            events,
            found,
            kernel.state_of,
            kernel.infected_on,
            self._newborn,
            self._born_on,
        )

    def _assign(self, kernel: Kernel, number: int, agents: np.ndarray, standing: int) -> None:
        if not len(agents):
            return
        classes = self._classes.with_standing(self._class[agents], number, standing)
        self._class[agents] = classes
        kernel.protect(agents, classes)
