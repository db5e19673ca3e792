"""History: a run, and on every day the numbers that its attempts depended on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from populace.engine.acceptance import Acceptance, Bounds, Multipliers, acceptance_of
from populace.engine.errors import ProjectError
from populace.engine.events import NOBODY
from populace.engine.graph import Graph
from populace.engine.policies.base import Policy
from populace.engine.policies.vaccination import LEAKY
from populace.engine.project import Project
from populace.engine.protection import Protection
from populace.engine.quantities import Quantity
from populace.engine.sensitivity.attempts import NEVER, ONE, Course, Meetings, Rules
from populace.engine.sensitivity.counterfactual import Run
from populace.engine.sensitivity.derivative import Conduct, Slope, conduct_of, slope_of
from populace.engine.sensitivity.episodes import Episodes, episodes_of, infections_of, unexplained
from populace.engine.sensitivity.places import Factors
from populace.engine.sensitivity.record import run_of, run_of_infections
from populace.engine.sensitivity.standing import Standing
from populace.engine.simulation import Simulation
from populace.engine.streams import G2, run_key

# Where people can be infected again: longer, and what one infection changes grows without end.
AGAIN_DAYS_MAX = 150
# Policies that go down a list which no infection changes.
_ON_A_LIST = ("vaccination",)


class NotCoveredError(ValueError):
    """A model that leave-one-out is not proven for; the message says why, for the screen."""


@dataclass(frozen=True)
class Setting:
    """What runs of a project have in common, whatever their seed: the numbers of every day.

    The numbers of day d are those of ``version[d]``.
    """

    graph: Graph
    bounds: Bounds
    version: np.ndarray  # [days + 1]
    tables: tuple[Acceptance, ...]  # one for each version
    course: Course
    meetings: Meetings
    slopes: dict[str, tuple[Slope, ...]]  # by path of a quantity, one for each version
    conduct: dict[str, Conduct]  # of the paths that are the share who take up a behaviour
    applies: np.ndarray  # [behaviours, states] whether there is anything to take up

    @property
    def days(self) -> int:
        return len(self.version) - 1

    def rules(self, seed: int, standing: Standing, factors: Factors | None = None) -> Rules:
        """Return the tables of a run, with rates that differ by day and place or without."""
        first_class, change_start, change_day, change_to = standing.tables()
        place, part, most = (factors or Factors.none(self.days)).tables(len(self.meetings.keys))
        return Rules(
            version=self.version,
            poisson=self.bounds.poisson,
            marks=np.stack([one.marks for one in self.tables]),
            gain=self.tables[0].gain,
            conduct_keys=self.tables[0].conduct_keys,
            conduct_marks=np.stack([one.conduct_marks for one in self.tables]),
            conduct_applies=self.applies,
            conduct_bits=self.tables[0].conduct_bits,
            susceptibility=self.graph.susceptibility,
            run_key=run_key(seed),
            forced=np.zeros(0, np.uint8),
            first_class=first_class,
            change_start=change_start,
            change_day=change_day,
            change_to=change_to,
            spread=np.stack([one.spread for one in self.tables]),
            shield=np.stack([one.shield for one in self.tables]),
            abroad=_abroad(self.tables),
            place=place,
            part=part,
            most=most,
        )


@dataclass(frozen=True)
class History:
    """What a finished run was made of."""

    simulation: Simulation  # or, of a sweep, that run on day 0
    setting: Setting
    run: Run
    rules: Rules
    how: np.ndarray  # [infections, 4] of the winning attempt: day, network, infector, class
    standing: Standing
    episodes: Episodes | None = None  # where people can be infected again

    @cached_property
    def who(self) -> np.ndarray:
        """Whose infection each row of the run is: everybody's, if nobody can have a second."""
        if self.episodes is None:
            return np.arange(len(self.run.infected_on))
        return self.episodes.who

    @cached_property
    def number(self) -> np.ndarray:
        """How many infections that person had before."""
        if self.episodes is None:
            return np.zeros(len(self.run.infected_on), np.int32)
        return self.episodes.number

    @cached_property
    def names(self) -> np.ndarray:
        """A number for each infection that no other parameter changes."""
        return self.who.astype(np.uint32) + self.number.astype(np.uint32) * G2

    @property
    def version(self) -> np.ndarray:
        return self.setting.version

    @property
    def course(self) -> Course:
        return self.setting.course

    @property
    def meetings(self) -> Meetings:
        return self.setting.meetings

    @property
    def slopes(self) -> dict[str, tuple[Slope, ...]]:
        return self.setting.slopes


def history_of(
    simulation: Simulation, days: int, paths: Sequence[str],
    each_day: Callable[[int], None] = lambda day: None, *, setting: Setting | None = None,
) -> History:  # fmt: skip
    """Run a simulation that stands on day 0 for some days, and note what it was made of.

    ``paths`` name the quantities whose slopes will be asked for. A model that is not covered is a
    `NotCoveredError`. ``setting`` is that of another run of the same project, to save its making.
    """
    standing = Standing.of(simulation)

    def evening(day: int) -> None:
        standing.note(simulation)
        each_day(day)

    if setting is None:
        setting = setting_of(simulation, days, paths, evening)
    else:
        for day in range(1, days + 1):
            simulation.step()
            evening(day)
    rules = setting.rules(simulation.seed, standing)
    if infected_again(simulation.project):
        return _past_with_episodes(simulation, setting, rules, standing)
    infected_on = np.full(simulation.world.agent_count, NEVER, np.int32)
    agents, infectors = _infections(simulation, infected_on)
    past = past_of(simulation, setting, rules, infected_on, standing)
    _hold_against(past.run, agents, infectors)
    return past


def _infections(simulation: Simulation, infected_on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write everybody's day of infection; return whom the log names, and by whom, in any order."""
    agents, infectors = [], []
    for day in range(simulation.day + 1):
        for block in simulation.log.day(day):
            infections = block.before == 0
            agents.append(block.agent[infections])
            infectors.append(block.infector[infections])
            infected_on[agents[-1]] = day
    return np.concatenate(agents), np.concatenate(infectors)


def setting_of(
    simulation: Simulation, days: int, paths: Sequence[str] = (),
    each_day: Callable[[int], None] = lambda day: None,
) -> Setting:  # fmt: skip
    """Run a simulation that stands on day 0 for some days, and note the numbers of each."""
    why = refusal(simulation) or _too_long(simulation.project, days)
    if why:
        raise NotCoveredError(why)
    graph, bounds, _ = simulation.in_force()
    version = np.zeros(days + 1, np.int64)
    numbers: list[Multipliers] = []
    slopes: dict[str, list[Slope]] = {path: [] for path in paths}
    project = simulation.project
    for day in range(1, days + 1):
        simulation.step()
        today_graph, _, today = simulation.in_force()
        if not _same_course(graph, today_graph):
            raise NotCoveredError("the course of the disease was changed during the run")
        if any(_changes_risks(one) for one in today.classes):
            raise NotCoveredError("a policy changes how severe the infections of some people are")
        if not numbers or today != numbers[-1]:
            numbers.append(today.copy())  # what a slider sets later is not of this day
            for path, found in slopes.items():
                found.append(_slope(simulation, project, path))
        version[day] = len(numbers) - 1
        each_day(day)
    tables = tuple(acceptance_of(simulation.world, graph, bounds, one) for one in numbers)
    by_path = {path: tuple(found) for path, found in slopes.items()}
    course = _course(graph, tables[0])
    shares = {path: _conduct(simulation, project, path) for path in paths}
    conduct = {path: one for path, one in shares.items() if one is not None}
    return Setting(
        graph, bounds, version, tables, course, _meetings(simulation), by_path, conduct,
        _applies(simulation),
    )  # fmt: skip


def past_of(
    simulation: Simulation, setting: Setting, rules: Rules, infected_on: np.ndarray,
    standing: Standing,
) -> History:  # fmt: skip
    """Return the history of a run of which it is known who was infected when."""
    constant = len(setting.tables) == 1 and len(rules.place) == 0 and not standing.changes
    run, how = run_of(infected_on, setting.days, setting.course, setting.meetings, rules,
                      standing.imports(), constant=constant)  # fmt: skip
    return History(simulation, setting, run, rules, how, standing)


def _past_with_episodes(
    simulation: Simulation, setting: Setting, rules: Rules, standing: Standing
) -> History:
    """Return the history of a run in which people were infected again."""
    who, day, infectors, number = infections_of(simulation)
    run, how, origin = run_of_infections(
        who, day, number, simulation.world.agent_count, setting.days, setting.course,
        setting.meetings, rules, standing.imports(), constant=False,
    )  # fmt: skip
    found = episodes_of(who, day, number, origin, setting.course, setting.meetings, rules)
    if wrong := unexplained(run, found):
        raise NotCoveredError(f"{wrong:,} infections are not those that the keys tell of")
    _hold_against(run, np.arange(len(who)), infectors)
    return History(simulation, setting, run, rules, how, standing, found)


def _slope(simulation: Simulation, project: Project, path: str) -> Slope:
    declared = _declared(project, path)
    slope = slope_of(simulation, path, simulation.value(path), declared)
    return replace(slope, rates_only=False) if _settles_who(project, path) else slope


def _applies(simulation: Simulation) -> np.ndarray:
    graph, _, numbers = simulation.in_force()
    kinds = [kind for kind, _ in numbers.behaviours.values()]
    found = [[kind.applies(state) for state in graph.states] for kind in kinds]
    return np.array(found, bool).reshape(len(kinds), len(graph.states))


def _conduct(simulation: Simulation, project: Project, path: str) -> Conduct | None:
    declared = _declared(project, path)
    return conduct_of(simulation, path, simulation.value(path), declared)


def _declared(project: Project, path: str) -> Quantity:
    declared = {one.path: one.declaration for one in project.quantities()}.get(path)
    if declared is None:
        raise ProjectError("is no quantity of this project.", place=path)
    assert isinstance(declared, Quantity)
    return declared


def _settles_who(project: Project, path: str) -> bool:
    """Say whether a number of a policy settles who is protected, and not by how much."""
    place, _, name = path.rpartition(".")
    for policy in project.policies:
        if place == f"policies.{policy.own_name}" and _acts_on_people(policy):
            leaky = getattr(policy, "mode", LEAKY) == LEAKY
            return not (leaky and name.startswith("efficacy_"))
    return False


def _acts_on_people(policy: Policy) -> bool:
    usual = Policy.delivery.__func__  # pyright: ignore[reportFunctionMemberAccess]
    return type(policy).delivery.__func__ is not usual  # pyright: ignore[reportFunctionMemberAccess]


def infected_again(project: Project) -> bool:
    """Say whether an infection can leave people susceptible."""
    values = project.disease.values()
    first = project.disease.states(values)[0].name
    return any(exit_.after == first for exit_ in project.disease.transitions(values))


def _too_long(project: Project, days: int) -> str:
    if not infected_again(project) or days <= AGAIN_DAYS_MAX:
        return ""
    return (
        f"people can be infected again: over more than {AGAIN_DAYS_MAX} days the effect of one "
        "infection has no end"
    )


def refusal(simulation: Simulation) -> str:
    """Return why leave-one-out is not proven for a model, or nothing."""
    project = simulation.project
    dead = any(state.role == "dead" for state in simulation.in_force()[0].states)
    for policy in project.policies:
        if not _acts_on_people(policy):
            continue
        if policy.kind_name() not in _ON_A_LIST:
            return "a policy acts on single people, who would be others in another epidemic"
        if dead:
            return f"{policy.own_label} passes over those who have died: others come in their turn"
    if simulation.in_force()[0].turnover:
        return "people die of other causes, and others are born"
    for policy in project.policies:
        if policy.values().trigger != "none":
            return f"{policy.own_label} begins by a threshold, which a small change may not reach"
    if simulation.world.crowd is not None:
        return "these people are too many to be followed one by one"
    if len(simulation.in_force()[0].catch):
        return "there are several strains, and who had one may catch the other"
    if any(shape.timetable is not None for shape in simulation.world.networks):
        return "a network changes its contacts from day to day"
    if simulation.device != "cpu":
        return "the run was not on the processor"
    return ""


def _changes_risks(protection: Protection) -> bool:
    return (protection.symptoms, protection.severe, protection.deaths) != (1.0, 1.0, 1.0)


def _abroad(tables: Sequence[Acceptance]) -> np.ndarray:
    """Return what is left between regions under each set of numbers, where anything limits it."""
    limited = [one.abroad for one in tables if one.abroad.shape[1]]
    if not limited:
        return np.stack([one.abroad for one in tables])
    free = np.full(limited[0].shape, ONE, np.uint32)
    return np.stack([one.abroad if one.abroad.shape[1] else free for one in tables])


def _same_course(one: Graph, other: Graph) -> bool:
    return one is other or all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("first_exit", "after", "shares", "dwell")
    )


def _course(graph: Graph, tables: Acceptance) -> Course:
    return Course(
        first_exit=graph.first_exit,
        after=graph.after,
        shares=tables.shares,
        dwell=graph.dwell,
        infectious=graph.infectious,
        entry=graph.entry,
        start=graph.start,
    )


def _meetings(simulation: Simulation) -> Meetings:
    parts = simulation.world.networks
    match = np.zeros((len(parts), 16, 16), np.uint32)
    for row, part in enumerate(parts):
        if part.match is not None:
            match[row] = part.match
    # A multiple of four, as in the kernel: code is compiled for each length.
    padded = parts + parts[-1:] * (-len(parts) % 4)
    return Meetings(
        band=simulation.world.age_band,
        region=simulation.world.region,
        keys=np.array([part.key for part in parts], np.uint32),
        shape=np.array([part.shape for part in parts], np.int64),
        class_count=np.array([len(part.rates) for part in parts], np.int64),
        match=match,
        group_of=tuple(part.group_of for part in padded),
        pointers=tuple(part.pointers for part in padded),
        members=tuple(part.members for part in padded),
    )


def _hold_against(run: Run, agent: np.ndarray, infector: np.ndarray) -> None:
    """Raise where the attempts that were made again do not explain the log."""
    from_outside = infector == NOBODY
    explained = run.winner[agent]
    wrong = np.where(from_outside, explained >= 0, explained < 0)
    met = ~from_outside & (explained >= 0)
    wrong[met] = run.source[explained[met]] != infector[met]
    if wrong.any():
        raise NotCoveredError(
            f"{int(wrong.sum()):,} of {len(agent):,} infections are not explained by the attempts "
            "that were made again: something in this model is not covered yet"
        )
