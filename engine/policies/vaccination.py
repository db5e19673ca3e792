"""Vaccination under a daily supply: who first, one or two doses, how far apart."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Int32

from populace.engine.component import Values
from populace.engine.errors import ProjectError
from populace.engine.policies._delivery import Assignment, Delivery, Diary, drawn, share_of
from populace.engine.policies._situation import Situation
from populace.engine.policies._sociable import contacts_a_day
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection
from populace.engine.quantities import Probability, Quantity, Structure
from populace.engine.selection import Selection
from populace.engine.world import World

POLACK = "Polack et al. 2020, N Engl J Med 383:2603"
LEAKY, ALL_OR_NOTHING = "leaky", "all or nothing"
OLDEST, YOUNGEST, RANDOM = "oldest first", "youngest first", "at random"
BY_ATTRIBUTE, BY_PLACE = "by attribute first", "by place first"
MOST_CONTACTS = "most contacts first"
UNPROTECTED, FIRST, SECOND, WANED = 0, 1, 2, 3
_PER_CONTACT = 1_000  # contacts that differ by less are as many
FIRST_DAY = 1  # on its morning everybody is there who ever stood in the queue of the start


class Vaccination(Policy):
    """Second doses that are due come first; what is left of a day's supply begins new people.

    The dead and the hesitant get none; who has been infected is vaccinated like anybody else.
    Doses that nobody takes are lost. With a longer interval more people get a first dose soon: the
    question of the delayed second dose.
    """

    assumes = (
        "Efficacy is the same for all ages, and jumps to its level when the delay is over.",
        "Infected and recovered people are vaccinated like everybody else.",
        "Hesitancy is settled once and for all, and does not cluster in families or places.",
        "In the order most contacts first everybody's contacts are known, which no authority has; "
        "who has as many as others is taken by chance.",
        "Who is born while the campaign goes on comes last, in the order youngest first before all "
        "others, and may be vaccinated from the first day of life.",
    )

    title = "Vaccination"

    doses_per_day = Quantity(
        50_000.0,
        bounds=(0, 10_000_000),
        step=1_000,
        live=True,
        supply=True,
        unit="doses/day",
        source="assumption: replace with the supply plan under study",
        doc="Supply.",
    )
    order = Structure(
        OLDEST,
        choices=(OLDEST, YOUNGEST, RANDOM, MOST_CONTACTS, BY_ATTRIBUTE, BY_PLACE),
        source="assumption: most countries began with the oldest in 2021",
        doc="Who is vaccinated first. Most contacts first: whoever meets most people on an "
        "ordinary day, at home and on all other networks. By attribute or place first: those whom "
        "the next settings name, the oldest of them first, then everybody else, the oldest first.",
    )
    first_attribute = Structure(
        "",
        unit="name",
        source="assumption: none",
        doc="The attribute, such as an occupation, whose people come first.",
    )
    first_values = Structure(
        "",
        unit="names, or >= 3",
        source="assumption: none",
        doc="Which of its people come first: categories, with commas, or conditions on a number, "
        "such as >= 3. Empty: yes.",
    )
    first_places = Structure(
        "",
        unit="names, with commas",
        source="assumption: none",
        doc="Regions, or groups of regions, whose people come first.",
    )
    hesitant = Probability(
        0.2,
        step=0.01,
        source="assumption; plausible .05 to .5",
        doc="Share of people who take no dose.",
    )
    doses = Structure(
        2,
        bounds=(1, 2),
        unit="doses",
        source=f"{POLACK}: two",
        doc="Doses that each person is to get.",
    )
    interval_days = Structure(
        21,
        bounds=(1, 365),
        unit="days",
        source=f"{POLACK}: 21 days; the United Kingdom gave the second after 12 weeks in 2021",
        doc="Days from the first dose to the second.",
    )
    delay_days = Structure(
        12,
        bounds=(0, 60),
        unit="days",
        source=f"{POLACK}: cases of the two groups part about 12 days after the first dose",
        doc="Days from a dose to its effect.",
    )
    mode = Structure(
        LEAKY,
        choices=(LEAKY, ALL_OR_NOTHING),
        source="assumption: trials do not tell which",
        doc="Leaky: every contact is less likely to infect. All or nothing: some are immune, and "
        "the others are not protected from infection.",
    )
    efficacy_first = Probability(
        0.52,
        step=0.01,
        live=True,
        source=f"{POLACK}: 52 % against disease between the doses, taken here for infection; "
        "plausible .3 to .7",
        doc="Relative reduction of the chance of infection after one dose.",
    )
    efficacy_second = Probability(
        0.95,
        step=0.01,
        live=True,
        source=f"{POLACK}: 95 % against disease after two doses, taken here for infection; "
        "plausible .5 to .95",
        doc="Relative reduction of the chance of infection after the last dose.",
    )
    efficacy_transmission = Probability(
        0.0,
        step=0.01,
        live=True,
        source="assumption: none, the cautious one; plausible 0 to .6",
        doc="Relative reduction of what the vaccinated pass on when they are infected.",
    )
    efficacy_severe = Probability(
        0.0,
        step=0.01,
        live=True,
        source="assumption: none beyond the protection from infection; plausible 0 to .9",
        doc="Relative reduction of hospital and death once infected.",
    )
    waning_days = Structure(
        0,
        bounds=(0, 3_650),
        unit="days",
        source="assumption: 0 is never; plausible 120 to 365 for infection with SARS-CoV-2",
        doc="Days from full effect until the efficacy falls to the waned one. 0: never.",
    )
    efficacy_waned = Probability(
        0.3,
        step=0.01,
        live=True,
        source="assumption; plausible .1 to .6",
        doc="Relative reduction of the chance of infection once the effect has waned.",
    )

    @classmethod
    def protections(cls, values: Values) -> tuple[Protection, ...]:
        whole = values.mode == ALL_OR_NOTHING
        efficacies = (values.efficacy_first, values.efficacy_second, values.efficacy_waned)
        return NONE, *(
            Protection(
                susceptibility=0.0 if whole else 1.0 - efficacy,
                infectiousness=1.0 - values.efficacy_transmission,
                severe=1.0 - values.efficacy_severe,
            )
            for efficacy in efficacies
        )

    @classmethod
    def delivery(cls, world: World, run_key: np.uint32, values: Values) -> Delivery:
        return _Campaign(_queue(world, run_key, values))

    @classmethod
    def selections(cls, values: Values) -> tuple[Selection, ...]:
        return *super().selections(values), *_first(values)

    @classmethod
    def check(cls, values: Values) -> None:
        super().check(values)
        needed = {BY_ATTRIBUTE: "first_attribute", BY_PLACE: "first_places"}.get(values.order, "")
        if needed and not getattr(values, needed).strip():
            raise ProjectError(f'is missing: the order is "{values.order}".', place=needed)


def _first(values: Values) -> tuple[Selection, ...]:
    """Return the selection of those who come before everybody else, if there is one."""
    chosen = Selection.read(values, "first_")
    if values.order == BY_ATTRIBUTE:
        return (replace(chosen, places=""),)
    return (replace(chosen, attribute="", values=""),) if values.order == BY_PLACE else ()


def _queue(world: World, run_key: np.uint32, values: Values) -> Int32[np.ndarray, " willing"]:
    """Return who is willing, first come first; chance decides among equals."""
    people = world.people
    agents = np.arange(people.agent_count, dtype=np.int32)
    willing = agents[~share_of(drawn(agents, run_key, "vaccination.hesitant"), values.hesitant)]
    rank = drawn(willing, run_key, "vaccination.turn").astype(np.int64)
    age = people.age[willing].astype(np.int64)
    if values.order == YOUNGEST:
        rank += age << 32
    elif values.order == MOST_CONTACTS:
        rank -= np.rint(_PER_CONTACT * contacts_a_day(world)[willing]).astype(np.int64) << 32
    elif values.order != RANDOM:
        rank += (255 - age) << 32
    for first in _first(values):
        rank += (~first.of(people)[willing]).astype(np.int64) << 40
    return willing[np.argsort(rank, kind="stable")]


class _Campaign(Delivery):
    """Where in the queue the campaign stands, who is due for what, and what takes effect when."""

    def __init__(self, queue: Int32[np.ndarray, " willing"]) -> None:
        self._queue = queue
        self._next = 0
        # Those who were born since, first come first; the day of birth tells who died meanwhile.
        self._newborn: list[tuple[int, Int32[np.ndarray, " willing"]]] = []
        self._left = 0.0  # of a dose: supplies need not be whole numbers
        # Second doses: the day, and those who had the first one so many days before.
        self._due: list[tuple[int, Int32[np.ndarray, " agents"]]] = []
        self._effects = Diary()
        self._given = [0, 0]

    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        self._join(situation, values)
        supply = self._left + values.doses_per_day * strength
        doses = int(supply)
        self._left = supply - doses
        doses -= self._give_second(situation, values, doses)
        self._give_first(situation, values, doses)
        for agents, standing in self._effects.due(situation):
            yield from self._take_effect(situation, values, agents, standing)

    def limit(self, target: np.ndarray) -> None:
        super().limit(target)
        self._queue = self.within(self._queue)

    def counts(self) -> dict[str, int]:
        return {"first_doses": self._given[0], "second_doses": self._given[1]}

    def _give_second(self, situation: Situation, values: Values, doses: int) -> int:
        """Give second doses to those whose interval is over, and return how many."""
        given = 0
        while self._due and self._due[0][0] <= situation.day and given < doses:
            day, waiting = self._due[0]
            today, later = waiting[: doses - given], waiting[doses - given :]
            self._due = ([(day, later)] if len(later) else []) + self._due[1:]
            today = situation.alive(today)
            today = today[situation.were_there(today, day - values.interval_days)]
            given += len(today)
            self._effects.put(situation, values.delay_days, today, SECOND)
        self._given = [self._given[0], self._given[1] + given]
        return given

    def _give_first(self, situation: Situation, values: Values, doses: int) -> None:
        """Give what is left of today's doses to the next in the queue."""
        while doses > 0 and (called := self._called(situation, values, doses)) is not None:
            today = situation.alive(called)
            doses -= len(today)
            last = values.doses == 1
            standing = SECOND if last else FIRST
            self._effects.put(situation, values.delay_days, today, standing)
            if not last and len(today):
                self._due = [*self._due, (situation.day + values.interval_days, today)]
            self._given = [self._given[0] + len(today), self._given[1]]

    def _join(self, situation: Situation, values: Values) -> None:
        """Let yesterday's newborns join; whether their parents are willing is drawn for each."""
        day, newborn = situation.day - 1, self.within(situation.newborn)
        draws = drawn(newborn, situation.run_key, "vaccination.hesitant", day)
        willing = newborn[~share_of(draws, values.hesitant)]
        if len(willing):
            self._newborn = [*self._newborn, (day, willing)]

    def _called(
        self, situation: Situation, values: Values, most: int
    ) -> Int32[np.ndarray, " called"] | None:
        """Take the next people from the queue, at most so many; None where nobody is left."""
        if self._next < len(self._queue) and not (self._newborn and values.order == YOUNGEST):
            called = self._queue[self._next : self._next + most]
            self._next += len(called)
            return called[situation.were_there(called, FIRST_DAY)]
        if not self._newborn:
            return None
        (day, waiting), rest = self._newborn[0], self._newborn[1:]
        called, later = waiting[:most], waiting[most:]
        self._newborn = [(day, later), *rest] if len(later) else rest
        return called[situation.were_there(called, day + 1)]

    def _take_effect(
        self, situation: Situation, values: Values, agents: np.ndarray, standing: int
    ) -> Iterator[Assignment]:
        if values.mode == ALL_OR_NOTHING:
            efficacy = (0.0, values.efficacy_first, values.efficacy_second, values.efficacy_waned)
            # One draw for all doses: the second adds people, and waning takes some away.
            births = situation.births(agents)
            draws = drawn(agents, situation.run_key, "vaccination.immune", births)
            immune = share_of(draws, efficacy[standing])
            yield Assignment(agents[~immune], UNPROTECTED)
            yield Assignment(agents[immune], standing)
        else:
            yield Assignment(agents, standing)
        if values.waning_days and standing == SECOND:
            self._effects.put(situation, values.waning_days, agents, WANED)
