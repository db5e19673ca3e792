"""One day of an epidemic in plain torch, on any device: the specification of what a kernel does.

It is written to be read; `fast` is written for speed. Both give the same event table, byte for
byte. Keys are those of `streams`; every number is an integer, so no device rounds differently.

A day has two phases. First everybody infectious **yesterday evening** makes attempts on people
susceptible yesterday evening. Then states are written: the stays that end today and the
infections, of which each person has one at most. Both are seen tomorrow; who becomes infectious on
day t with a stay of d days makes attempts on days t + 1 to t + d, and who becomes susceptible on
day t can be infected from t + 1.

Attempts. For each source and network, and slab s = 0, 1 ... as long as `accepted` is above 0:

    level    = marks[network, state << behaviours | conduct bits, class]
    accepted = level - s * 2**32, from 0 to 2**32
    draw     = mix(day key of (days since infection, s) ^ key of the network)
    attempts = how many thresholds of poisson[network, class] the draw reaches
    mark     = mix(draw + z * G1),  target = position below(mix(mark ^ TARGET)) in the group

The attempt counts if the target is susceptible and mark < accepted * susceptibility >> 24, for a
mixing network times match >> 16. Where there is more than one class of protection, `level` is
first multiplied by spread[network, class of the source] >> 16, and what the mark must stay below
at last by shield[network, block of the source, class of the target] >> 16; the block is the
class modulo the number of blocks (see targets). Where contacts between regions are limited, it is
then multiplied by abroad[network, block of the source, block of the target] >> 16 for people of
different regions. Where people are not alike, `level` is then cut by
8 bits, multiplied by gain[mix(agent key ^ SPREADER) modulo the classes of gain], and >> 8.

Strains. A disease with several, or with several states in which one can be infected, has the table
`catch`: what the mark must stay below is then also multiplied by catch[strain, state of the target]
>> 16, and only who has 0 there is not susceptible. The strain is that of the state of the source,
and the row of `shield` is that of the network and the strain. An infection leads to
entries[strain, state before]; one that ends a stay is the only change of that day, and the stay is
forgotten. An infection of somebody who is not in state 0 begins a new episode.

Births. Those in the rows that are named die of other causes, and newborns have their places: in
state 0 and age band 0, with a new episode, and the class of protection of the place until policies
give them another. They are neither infected nor do their stays end on that day. What the dead
attempted that day counts. The network of this change is BIRTH.

Imports. Those who are named infect themselves elsewhere: with neither infector nor network, if they
are susceptible yesterday evening (with several strains: if their mark < catch << 16) and no attempt
on them counts. An attempt wins over an import.

The (other) class in the table of marks is the size of the source's group or its number of edges, at
most the last class of the network; in a mixing network it is the source's age band. Who belongs to
no group tries nothing there. A conduct bit is set if mix(agent key ^ key of the behaviour) is below
its mark for the state; where `conduct_bits` names agents, only if it is set there for the source.

Ties. One attempt per target wins: the lowest tie hash, then the lowest source, then the lowest
network index. The tie hash knows nothing of the mark, else the more thinned network would win.

Stays. On entering a state a draw of (agent, episode, state) selects a way out by the cumulated
shares of the age band, and of the risk of the class of protection; another draw selects the days
from that way's dwell table. When the stay ends the same draw selects the way out again, by the
tables of that day. Changed dwell tables hold for stays that begin later. A state with no way out is
never left. Who becomes susceptible again begins a new episode, of which there are 2**16 before they
repeat.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from populace.engine import streams
from populace.engine.events import BIRTH, NOBODY, NOWHERE, EventLog, Events, first_infected
from populace.engine.kernels.base import NO_IMPORTS, NOBODY_BORN, Imports, Kernel
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.world import CELLS, EDGES, RANGES, NetworkShape, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Bool, Int32, Int64, UInt8

    from populace.engine.acceptance import Acceptance, Bounds
    from populace.engine.graph import Graph

    Words = Int64[Tensor, " agents"]  # 32 bits each, held in 64 so that products can be cut

LAGS = 128  # days since infection that are counted apart; the last holds the rest
NEVER = -1  # due day of those who stay where they are
EPISODES = 1 << 16
MASK = 0xFFFFFFFF
M1, M2, G1, G2 = (int(getattr(streams, name)) for name in ("M1", "M2", "G1", "G2"))
DWELL, BRANCH = int(streams.DWELL), int(streams.BRANCH)
TARGET, TIE, SPREADER = int(streams.TARGET), int(streams.TIE), int(streams.SPREADER)


def mix(x: Words) -> Words:
    """Hash 32 bits to 32 bits, as `streams.mix`; an overflowing product keeps its low bits."""
    x = x ^ (x >> 16)
    x = x * M1 & MASK
    x = x ^ (x >> 15)
    x = x * M2 & MASK
    return x ^ (x >> 16)


def agent_key(agent: Words, episode: Words, run: int) -> Words:
    """Return the key that owns one infection of each agent."""
    return mix(mix(agent * G1 + run & MASK) ^ (run * G2 + episode * M2 & MASK))


def state_draw(salt: int, state: Words, key: Words) -> Words:
    """Draw for one state of an infection: ``salt`` is DWELL or BRANCH."""
    return mix(key ^ (salt + state * G2 & MASK))


def day_key(key: Words, lag: Words, slab: int) -> Words:
    """Return the key of the attempts of one day since infection."""
    return mix(key + (lag | slab << 16) * G1 & MASK)


def below(draw: Words, count: Words) -> Words:
    """Turn a draw into a position from 0 to count - 1."""
    return draw * count >> 32


@dataclass(frozen=True)
class Attempts:
    """Accepted attempts of one day, in the order of networks."""

    target: Words
    source: Words
    tie: Words
    network: Words
    lag: Words  # days since the source's own infection
    strain: Words

    def rows(self, chosen: Tensor) -> Attempts:
        return Attempts(*(column[chosen] for column in vars(self).values()))

    @staticmethod
    def joined(parts: list[Attempts]) -> Attempts:
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return Attempts(*(torch.cat(column) for column in columns))


class DayLog(EventLog):
    """The events as the reference kernel writes them: one block a day."""

    def __init__(self, days: list[Events] | None = None) -> None:
        self._days = days or []

    def append(self, events: Events) -> None:
        """Complete a day."""
        self._days.append(events)

    def day(self, day: int) -> Iterator[Events]:
        yield self._days[day]

    def size_bytes(self) -> int:
        return sum(column.nbytes for events in self._days for column in vars(events).values())

    def copy(self) -> DayLog:
        """Return an independent copy."""
        return DayLog(list(self._days))


class ReferenceKernel(Kernel):
    """Eager torch: a few hundred vectorised steps a day, on a CPU or a graphics card."""

    def __init__(
        self,
        world: World,
        graph: Graph,
        bounds: Bounds,
        acceptance: Acceptance,
        run_key: np.uint32,
        device: str,
    ) -> None:
        self._device, self._key = torch.device(device), int(run_key)
        agents = world.agent_count
        self._regions = world.people.region_count
        self._region = self._integers(world.region)
        self._band = self._integers(world.age_band)
        self._networks = [self._network(shape) for shape in world.networks]
        self._class = torch.zeros(agents, dtype=torch.int64, device=self._device)
        self._poisson = self._integers(bounds.poisson)
        self._state = torch.zeros(agents, dtype=torch.uint8, device=self._device)
        self._due = torch.full((agents,), NEVER, dtype=torch.int32, device=self._device)
        self._infected = torch.zeros(agents, dtype=torch.int32, device=self._device)
        self._episode = torch.zeros(agents, dtype=torch.int32, device=self._device)
        self._by_network = np.zeros(len(self._networks), np.int64)
        self._by_lag = np.zeros(LAGS, np.int64)
        self._imported = 0
        self._days = DayLog()
        self.use(graph, acceptance)

    @property
    def log(self) -> DayLog:
        return self._days

    def begin(self, agents: np.ndarray) -> None:
        chosen = self._integers(agents)
        self._enter(chosen, torch.full_like(chosen, self._start), 0)
        self._days.append(first_infected(agents, self._start))

    def use(self, graph: Graph, acceptance: Acceptance) -> None:
        self._start, self._states = graph.start, graph.state_count
        self._entries, self._strain = self._integers(graph.entries), self._integers(graph.strain)
        self._catch = self._integers(graph.catch)
        self._marks, self._slabs = self._integers(acceptance.marks), acceptance.slabs
        self._gain = self._integers(acceptance.gain)
        self._conduct_keys = [int(key) for key in acceptance.conduct_keys]
        self._conduct_marks = self._integers(acceptance.conduct_marks)
        self._conduct_bits = self._integers(acceptance.conduct_bits)
        self._susceptibility = self._integers(graph.susceptibility)
        self._spread = self._integers(acceptance.spread)
        self._shield = self._integers(acceptance.shield)
        self._abroad = self._integers(acceptance.abroad)
        self._risk = self._integers(acceptance.risk)
        self._infectious = torch.tensor(graph.infectious, device=self._device)
        self._first_exit = self._integers(graph.first_exit)
        self._exits_most = int(np.diff(graph.first_exit).max(initial=0))
        self._after = self._integers(graph.after)
        self._shares = self._integers(acceptance.shares)
        self._dwell = self._integers(graph.dwell)

    def advance(
        self, day: int, imports: Imports = NO_IMPORTS, born: np.ndarray = NOBODY_BORN
    ) -> None:
        attempts = self._winners(self._attempts(day))  # reads yesterday evening
        attempts = Attempts.joined([attempts, self._arriving(imports, attempts)])
        newborn = self._integers(born)
        attempts = attempts.rows(~torch.isin(attempts.target, newborn))
        self._due[attempts.target] = NEVER  # a stay that an infection ends
        self._due[newborn] = NEVER
        parts = self._progress(day), self._infect(attempts, day), self._replace(newborn)
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        self._days.append(Events(*(np.concatenate(each) for each in columns)))

    def counts(self) -> Int64[np.ndarray, "regions states"]:
        cell = self._region * self._states + self._state
        found = torch.bincount(cell, minlength=self._regions * self._states)
        return found.cpu().numpy().reshape(self._regions, self._states)

    def new_infections(self) -> Int64[np.ndarray, " networks"]:
        return self._by_network.copy()

    def imported(self) -> int:
        return self._imported

    def infections_by_lag(self) -> Int64[np.ndarray, " lags"]:
        return self._by_lag.copy()

    def state(self) -> UInt8[np.ndarray, " agents"]:
        return self._state.to("cpu", copy=True).numpy()

    def state_of(self, agents: np.ndarray) -> UInt8[np.ndarray, " chosen"]:
        return self._state[self._integers(agents)].cpu().numpy()

    def infected_on(self, agents: np.ndarray) -> Int32[np.ndarray, " chosen"]:
        return self._infected[self._integers(agents)].cpu().numpy()

    def protect(self, agents: np.ndarray, classes: np.ndarray) -> None:
        self._class[self._integers(agents)] = self._integers(classes)

    def rewire(self, network: int, pointers: np.ndarray, members: np.ndarray) -> None:
        lists = {"pointers": self._integers(pointers), "members": self._integers(members)}
        changed = replace(self._networks[network], **lists)
        # A new list: a copy of this run keeps the old one.
        self._networks = [*self._networks[:network], changed, *self._networks[network + 1 :]]

    def grow_older(self, agents: np.ndarray) -> None:
        chosen = self._integers(agents)
        self._band[chosen] = (self._band[chosen] + 1).clamp(max=AGE_BAND_COUNT - 1)

    def fork(self) -> ReferenceKernel:
        twin = copy.copy(self)
        for name in ("_band", "_class", "_state", "_due", "_infected", "_episode"):
            setattr(twin, name, getattr(self, name).clone())
        twin._days = self._days.copy()
        return twin

    # Phase A: what everybody infectious tries.

    def _attempts(self, day: int) -> Attempts:
        """Return the accepted attempts on people who were susceptible yesterday evening."""
        source = torch.nonzero(self._infectious[self._state.long()]).flatten()
        key = agent_key(source, self._episode[source].long(), self._key)
        lag = day - self._infected[source].long()
        state = self._state[source].long()
        infector, strain = self._infector(source, state, key), self._strain[state]
        found = [Attempts(*(source[:0],) * 6)]
        for index, network in enumerate(self._networks):
            kind = network.kind(source, self._band)
            level = self._marks[index, infector, kind]
            if self._spread.shape[1] > 1:
                level = level * self._spread[index, self._class[source]] >> 16
            if len(self._gain) > 1:
                spreader = mix(key ^ SPREADER) & (len(self._gain) - 1)
                level = (level >> 8) * self._gain[spreader] >> 8
            level = torch.where(network.group(source)[1] > 0, level, 0)
            for slab in range(self._slabs):
                accepted = (level - (slab << 32)).clamp(0, 1 << 32)
                trying = torch.nonzero(accepted).flatten()
                if len(trying) == 0:
                    break
                draw = mix(day_key(key[trying], lag[trying], slab) ^ network.key)
                reached = draw[:, None] >= self._poisson[index, kind[trying]]
                tries = reached.sum(dim=1)
                each = torch.repeat_interleave(tries)
                before = torch.cumsum(tries, dim=0) - tries
                z = torch.arange(1, len(each) + 1, device=self._device) - before[each]
                row = trying[each]
                mark = mix(draw[each] + z * G1 & MASK)
                place = mix(mark ^ TARGET)
                target = network.target(source[row], place)
                bar = accepted[row] * self._susceptibility[self._band[target]] >> 24
                if network.match is not None:
                    bar = bar * network.match[self._band[target], self._band[source[row]]] >> 16
                if self._shield.shape[2] > 1:
                    block = self._class[source[row]] % self._shield.shape[1]
                    part = strain[row] * len(self._networks) + index
                    bar = bar * self._shield[part, block, self._class[target]] >> 16
                if self._abroad.shape[1] > 0:
                    left = self._left_abroad(index, source[row], target)
                    bar = torch.where(left < 0, bar, bar * left >> 16)
                bar = self._caught(bar, strain[row], self._state[target].long())
                counts = mark < bar
                tried = Attempts(
                    target,
                    source[row],
                    mix(place ^ TIE),
                    torch.full_like(row, index),
                    lag[row],
                    strain[row],
                )
                found.append(tried.rows(counts))
        return Attempts.joined(found)

    def _caught(self, bar: Words, strain: Words, state: Words) -> Words:
        """Return what is left of a bar, given the state of the target: 0 if not susceptible."""
        if len(self._catch) == 0:
            return torch.where(state == 0, bar, 0)
        return bar * self._catch[strain, state] >> 16

    def _arriving(self, imports: Imports, attempts: Attempts) -> Attempts:
        """Return those whom an infection from elsewhere reaches, and no attempt."""
        agent, mark = self._integers(imports.agent), self._integers(imports.mark)
        strain = self._integers(imports.strain)
        bar = self._caught(torch.full_like(mark, 1 << 32), strain, self._state[agent].long())
        counts = (mark < bar) & ~torch.isin(agent, attempts.target)
        nobody, nowhere = torch.full_like(agent, NOBODY), torch.full_like(agent, NOWHERE)
        none = torch.zeros_like(agent)
        return Attempts(agent, nobody, none, nowhere, none, strain).rows(counts)

    def _infector(self, source: Words, state: Words, key: Words) -> Words:
        """Return the row of each source in the table of marks."""
        row = state << len(self._conduct_keys)
        for bit, conduct_key in enumerate(self._conduct_keys):
            taken_up = mix(key ^ conduct_key) < self._conduct_marks[bit, state]
            if len(self._conduct_bits):
                taken_up &= (self._conduct_bits[source] >> bit & 1).bool()
            row = row | taken_up.long() << bit
        return row

    def _left_abroad(self, network: int, source: Words, target: Words) -> Words:
        """Return what is left of contacts between regions; below 0 for those within one."""
        blocks = self._abroad.shape[1]
        pair = self._class[source] % blocks, self._class[target] % blocks
        inside = self._region[source] == self._region[target]
        return torch.where(inside, -1, self._abroad[network, pair[0], pair[1]])

    def _winners(self, attempts: Attempts) -> Attempts:
        """Keep one attempt per target."""
        # Stable sorts, the last criterion first; attempts come in the order of networks.
        attempts = attempts.rows(torch.argsort(attempts.source, stable=True))
        order = torch.argsort(attempts.target << 32 | attempts.tie, stable=True)
        attempts = attempts.rows(order)
        first = torch.ones_like(attempts.target, dtype=torch.bool)
        first[1:] = attempts.target[1:] != attempts.target[:-1]
        return attempts.rows(first)

    # Phase B: what is seen tomorrow.

    def _progress(self, day: int) -> Events:
        """Move on those whose stay ends today."""
        agent = torch.nonzero(self._due == day).flatten()
        before = self._state[agent].long()
        key = agent_key(agent, self._episode[agent].long(), self._key)
        after = self._after[self._way_out(agent, before, key)]
        again = agent[after == 0]
        self._episode[again] = (self._episode[again] + 1) % EPISODES
        self._enter(agent, after, day)
        nobody = torch.full_like(agent, NOBODY)
        return _events(agent, before, after, nobody, torch.full_like(agent, NOWHERE))

    def _infect(self, attempts: Attempts, day: int) -> Events:
        """Carry out the winning attempts."""
        agent = attempts.target
        before = self._state[agent].long()
        entered = self._entries[attempts.strain, before]
        self._infected[agent] = day
        self._episode[agent] = (self._episode[agent] + (before != 0)) % EPISODES
        self._enter(agent, entered, day)
        networks = len(self._networks)
        met = attempts.source != NOBODY
        by_network = torch.bincount(attempts.network[met], minlength=networks)
        by_lag = torch.bincount(attempts.lag[met].clamp(max=LAGS - 1), minlength=LAGS)
        self._by_network, self._by_lag = by_network.cpu().numpy(), by_lag.cpu().numpy()
        self._imported = len(agent) - int(met.sum())
        return _events(agent, before, entered, attempts.source, attempts.network)

    def _replace(self, agent: Words) -> Events:
        """Put newborns into the places of those who die of other causes."""
        before, none = self._state[agent].long(), torch.zeros_like(agent)
        self._state[agent] = 0
        self._infected[agent], self._band[agent] = 0, 0
        self._episode[agent] = (self._episode[agent] + 1) % EPISODES
        nobody, birth = torch.full_like(agent, NOBODY), torch.full_like(agent, BIRTH)
        return _events(agent, before, none, nobody, birth)

    def _enter(self, agent: Words, state: Words, day: int) -> None:
        """Write new states and when each of them ends."""
        self._state[agent] = state.to(torch.uint8)
        key = agent_key(agent, self._episode[agent].long(), self._key)
        left = (state > 0) & (self._first_exit[state] < self._first_exit[state + 1])
        self._due[agent] = NEVER
        agent, state, key = agent[left], state[left], key[left]
        entry = state_draw(DWELL, state, key) & (self._dwell.shape[1] - 1)
        days = self._dwell[self._way_out(agent, state, key), entry]
        self._due[agent] = (day + days).to(torch.int32)

    def _way_out(self, agent: Words, state: Words, key: Words) -> Words:
        """Return the row of the exit tables by which each agent leaves a state."""
        draw = state_draw(BRANCH, state, key)
        row, last = self._first_exit[state], self._first_exit[state + 1] - 1
        column = self._risk[self._class[agent]] + self._band[agent]
        for _ in range(self._exits_most - 1):
            row = row + ((row < last) & (draw >= self._shares[row, column]))
        return row

    def _integers(self, column: np.ndarray) -> Int64[Tensor, " ..."]:
        return torch.tensor(column.astype(np.int64), device=self._device)

    def _network(self, shape: NetworkShape) -> _Network:
        listed = shape.shape not in (RANGES, CELLS)
        return _Network(
            key=int(shape.key),
            by_age=shape.shape == CELLS,
            classes=len(shape.rates),
            group_of=None if shape.shape == EDGES else self._integers(shape.group_of),
            pointers=self._integers(shape.pointers),
            members=self._integers(shape.members) if listed else None,
            match=None if shape.match is None else self._integers(shape.match),
        )


@dataclass(frozen=True)
class _Network:
    """One network on the device (see `world.NetworkShape`)."""

    key: int
    by_age: bool
    classes: int
    group_of: Words | None  # None: everybody has a list of their own
    pointers: Int64[Tensor, " groups_and_end"]
    members: Int64[Tensor, " members"] | None  # None: a group is a range of rows
    match: Int64[Tensor, "bands bands"] | None

    def kind(self, source: Words, band: Words) -> Words:
        """Return the class of each source."""
        if self.by_age:
            return band[source]
        return self.group(source)[1].clamp(max=self.classes - 1)

    def target(self, source: Words, place: Words) -> Words:
        """Return the person that each draw meets."""
        first, size = self.group(source)
        position = first + below(place, size)
        return position if self.members is None else self.members[position]

    def group(self, source: Words) -> tuple[Words, Words]:
        """Return first position and size of each source's group; size 0 for those without."""
        group = source if self.group_of is None else self.group_of[source]
        inside: Bool[Tensor, " agents"] = group >= 0
        group = group.clamp(min=0)
        first = self.pointers[group]
        # Where nobody is in any group there is no end of group 0 to read.
        end = self.pointers[(group + 1).clamp(max=len(self.pointers) - 1)]
        return torch.where(inside, first, 0), torch.where(inside, end - first, 0)


def _events(agent: Words, before: Words, after: Words, infector: Words, network: Words) -> Events:
    """Return a block of events, infections or not, as the log keeps them."""
    return Events(
        agent.cpu().numpy().astype(np.int32),
        before.cpu().numpy().astype(np.uint8),
        after.cpu().numpy().astype(np.uint8),
        infector.cpu().numpy().astype(np.int32),
        network.cpu().numpy().astype(np.uint8),
    )
