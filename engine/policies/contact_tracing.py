"""Tracing of the contacts of found cases, and quarantine of those who are reached."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, UInt8

from populace.engine.component import Values
from populace.engine.events import NOBODY
from populace.engine.policies._delivery import Assignment, Delivery, Diary, drawn, share_of
from populace.engine.policies._situation import Situation
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Probability, Quantity, Structure
from populace.engine.timetable import Timetable
from populace.engine.world import CELLS, EDGES, MEMBERS, NetworkShape, World

FREE, QUARANTINED = 0, 1
MEETINGS_MAX = 4_096  # of a case in one network: more than the declared ranges give


class ContactTracing(Policy):
    """Those whom a found case met in the days before are asked to stay at home.

    Contacts at home are all the others of the dwelling; at school and at work a declared number a
    day, drawn from the same place; on a list of contacts all who stand on it in those days; in the
    community a declared number a day of the neighbourhood, who are reached only if both carry the
    app. Everybody whom the case infected or was infected by in that time is among the contacts: an
    infection is a meeting, but most meetings are no infections, so most people in quarantine are
    healthy.
    """

    assumes = (
        "A case names everybody at home, and a declared number of people a day elsewhere.",
        "Everybody whom a case infected, or was infected by, is among those named.",
        "Quarantine reduces contacts outside the home, and not those at home.",
    )

    title = "Contact tracing"
    needs = "testing"

    share_home = Probability(
        0.9,
        step=0.01,
        live=True,
        source="assumption; plausible .5 to 1",
        doc="Share of contacts at home who are reached.",
    )
    share_known = Probability(
        0.5,
        step=0.01,
        live=True,
        source="assumption; plausible .2 to .8",
        doc="Share of contacts at school, at work and among friends who are reached.",
    )
    app_coverage = Probability(
        0.2,
        step=0.01,
        live=True,
        source="assumption; the app of England and Wales was used by 28 % of people (Wymant et al. "
        "2021, Nature 594:408)",
        doc="Share of people who carry the app. A stranger is reached if both do.",
    )
    meetings_a_day = Quantity(
        8.0,
        bounds=(0, 100),
        unit="people/day in each network",
        source="Mistry et al. 2021, Nat Commun 12:323: 8.07 at work; plausible 2 to 15",
        doc="People whom a case meets a day in each network outside the home.",
    )
    lookback_days = Structure(
        4,
        bounds=(1, 21),
        unit="days",
        source="assumption: two days before symptoms, and two until the result",
        doc="How many days back contacts are asked for.",
    )
    backward = Structure(
        True,
        bounds=(0, 1),
        unit="yes or no",
        source="assumption: infectors are looked for as well",
        doc="Whether the person who infected the case is looked for too.",
    )
    compliance = Probability(
        0.7,
        step=0.01,
        live=True,
        source="assumption; plausible .3 to .9",
        doc="Share of those reached who stay at home.",
    )
    reduction = Probability(
        0.75,
        step=0.01,
        live=True,
        source="Ferguson et al. 2020, Imperial College Report 9: 75 % in quarantine; plausible "
        ".5 to 1",
        doc="Share of their contacts outside the home that falls away.",
    )
    quarantine_days = Structure(
        14,
        bounds=(1, 60),
        unit="days",
        source="Ferguson et al. 2020, Imperial College Report 9: 14 days",
        doc="How long they stay at home.",
    )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        return NONE, Protection(outside=1.0 - values.reduction)

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Tracing(world)


_NOBODY = np.empty(0, np.int32)


class _Infections(NamedTuple):
    """The infections of one day."""

    day: int
    agent: Int32[np.ndarray, " infections"]
    infector: Int32[np.ndarray, " infections"]
    network: UInt8[np.ndarray, " infections"]


class _Tracing(Delivery):
    """Who infected whom lately, and who stays at home until when.

    The arrays that are as long as the population are made when the first case is found.
    """

    def __init__(self, world: World) -> None:
        self._networks = world.networks
        self._agents = world.agent_count
        self._lately: list[_Infections] = []
        self._ends = Diary()
        self._until = self._infector = _NOBODY  # by agent: end of quarantine; who infected them
        self._place = np.empty(0, np.uint8)  # by agent: the network of their last infection
        self._is_case = np.empty(0, np.bool_)  # by agent, false between two days
        self._traced = self._cases = 0

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        day = situation.day
        if day == 1:
            self._make_room()
        self._remember(situation, values)
        for agents, _ in self._ends.due(situation):
            yield Assignment(agents[self._until[agents] == day], FREE)
        if strength == 0.0 or not len(situation.found):
            return
        reached = self.within(self._reached(situation, values, strength))
        reached = reached[self._draw(situation, "complies", reached, values.compliance)]
        self._cases += len(situation.found)
        self._traced += len(reached)
        self._until[reached] = day + values.quarantine_days
        self._ends.put(situation, values.quarantine_days, reached, FREE)
        yield Assignment(reached, QUARANTINED)

    def counts(self) -> dict[str, int]:
        return {"cases_traced": self._cases, "people_reached": self._traced}

    def copy(self) -> Delivery:
        twin = super().copy()
        assert isinstance(twin, _Tracing)
        # These are written in place, for a day changes few of their rows.
        for name in ("_until", "_infector", "_place", "_is_case"):
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def _make_room(self) -> None:
        self._until = np.zeros(self._agents, np.int32)
        self._infector = np.full(self._agents, NOBODY, np.int32)
        self._place = np.zeros(self._agents, np.uint8)
        self._is_case = np.zeros(self._agents, np.bool_)

    def _remember(self, situation: Situation, values: Values) -> None:
        """Note yesterday's infections, and forget those before the days that are asked for."""
        self._infector[situation.newborn] = NOBODY
        blocks = situation.events
        pairs = [(block, block.infector >= 0) for block in blocks]
        yesterday = _Infections(
            situation.day - 1,
            *(
                np.concatenate([getattr(block, name)[rows] for block, rows in pairs] or [_NOBODY])
                for name in ("agent", "infector", "network")
            ),
        )
        self._infector[yesterday.agent] = yesterday.infector
        self._place[yesterday.agent] = yesterday.network
        first = situation.day - values.lookback_days
        self._lately = [*(one for one in self._lately if one.day >= first), yesterday]

    def _reached(
        self, situation: Situation, values: Values, strength: float
    ) -> Int32[np.ndarray, " reached"]:
        """Return whom tracing reaches today, sorted, each once, the cases themselves left out."""
        cases = _distinct(situation.found)
        self._is_case[cases] = True
        linked, place = self._linked(situation, cases, backward=values.backward)
        parts = [_NOBODY]
        for number, network in enumerate(self._networks):
            met = self._meetings(network, cases, situation, values)
            # Who is met twice is drawn for once: the draw is by person.
            people = np.concatenate([met, linked[place == number]])
            share = self._share(network, values) * strength
            parts.append(people[self._draw(situation, network.name, people, share)])
        reached = _distinct(np.concatenate(parts))
        reached = reached[~self._is_case[reached]]
        self._is_case[cases] = False
        return reached

    @staticmethod
    def _share(network: NetworkShape, values: Values) -> float:
        if network.at_home:
            return values.share_home
        return values.app_coverage**2 if network.shape == CELLS else values.share_known

    def _meetings(
        self, network: NetworkShape, cases: np.ndarray, situation: Situation, values: Values
    ) -> np.ndarray:
        """Return whom the cases met in one network, some of them several times."""
        if network.timetable is not None:
            return self._met_by_the_day(network.timetable, cases, situation.day, values)
        group = cases if network.shape == EDGES else network.group_of[cases]
        inside = group >= 0
        group, cases = group[inside].astype(np.int64), cases[inside]
        start = network.pointers[group]
        size = network.pointers[group + 1] - start
        if network.at_home or network.shape == EDGES:
            row = np.repeat(start, size) + _within(size)
        else:
            count = round(values.meetings_a_day * values.lookback_days)
            met = np.where(size > 1, count, 0)
            who, z = np.repeat(cases, met), _within(met)
            # A stream of its own: an attempt of the kernel is no meeting.
            occasion = situation.day * MEETINGS_MAX + z
            draws = drawn(who, situation.run_key, f"meets.{network.name}", occasion)
            sizes = np.repeat(size, met).astype(np.uint64)
            place = draws.astype(np.uint64) * sizes >> np.uint64(32)
            row = np.repeat(start, met) + place.astype(np.int64)
        listed = network.shape in (MEMBERS, EDGES)
        return network.members[row] if listed else row.astype(np.int32)

    @staticmethod
    def _met_by_the_day(
        timetable: Timetable, cases: np.ndarray, day: int, values: Values
    ) -> np.ndarray:
        """Return all with whom the cases had an edge on one of the days that are asked for."""
        start = timetable.pointers[cases]
        size = timetable.pointers[cases + 1] - start
        row = np.repeat(start, size) + _within(size)
        lately = timetable.between(row, day - values.lookback_days, day)
        return timetable.targets[row[lately]]

    def _linked(
        self, situation: Situation, cases: Int32[np.ndarray, " cases"], *, backward: bool
    ) -> tuple[Int32[np.ndarray, " people"], UInt8[np.ndarray, " people"]]:
        """Return whom the cases infected lately, and who infected them, with the network."""
        people, places = [_NOBODY], [np.empty(0, np.uint8)]
        for one in self._lately:
            own = np.flatnonzero(self._is_case[one.infector])
            own = own[situation.were_there(one.infector[own], one.day)]
            own = own[situation.were_there(one.agent[own], one.day)]
            people.append(one.agent[own])
            places.append(one.network[own])
        if backward:
            infector = self._infector[cases]
            # An infector who has died is not looked for in whoever was born in that place.
            alive = situation.births(infector) < situation.infected_on(cases)
            known = (infector != NOBODY) & alive
            people.append(infector[known])
            places.append(self._place[cases[known]])
        return np.concatenate(people), np.concatenate(places)

    @staticmethod
    def _draw(situation: Situation, what: str, agents: np.ndarray, share: float) -> np.ndarray:
        return share_of(drawn(agents, situation.run_key, f"trace.{what}", situation.day), share)


def _within(sizes: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 ... for each of several lists, end to end."""
    before = np.cumsum(sizes) - sizes
    return np.arange(sizes.sum()) - np.repeat(before, sizes)


def _distinct(agents: Int32[np.ndarray, " agents"]) -> Int32[np.ndarray, " different"]:
    """Return each agent once, sorted."""
    ordered = np.sort(agents)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]
