"""History: a run, and on every day the numbers that its attempts depended on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from populace.engine.acceptance import Acceptance, Bounds, Multipliers, acceptance_of
from populace.engine.errors import ProjectError
from populace.engine.events import NOBODY
from populace.engine.graph import Graph
from populace.engine.project import Project
from populace.engine.quantities import Quantity
from populace.engine.sensitivity.attempts import (
    CLASS,
    COLUMNS,
    DAY,
    INFECTOR,
    NETWORK,
    NEVER,
    TIE_HASH,
    TO,
    Course,
    Meetings,
    Rules,
    record,
)
from populace.engine.sensitivity.counterfactual import Run
from populace.engine.sensitivity.derivative import Slope, slope_of
from populace.engine.simulation import Simulation
from populace.engine.streams import run_key

_FIRST_ROOM = 1 << 16


class NotCoveredError(ValueError):
    """A model that leave-one-out is not proven for; the message says why, for the screen."""


@dataclass(frozen=True)
class History:
    """What a finished run was made of. The numbers of day d are those of ``version[d]``."""

    simulation: Simulation
    graph: Graph
    version: np.ndarray  # [days + 1]
    run: Run
    course: Course
    meetings: Meetings
    rules: Rules
    how: np.ndarray  # [agents, 4] of the winning attempt: day, network, infector, class
    slopes: dict[str, tuple[Slope, ...]]  # by path of a quantity, one for each version


def history_of(
    simulation: Simulation, days: int, paths: Sequence[str],
    each_day: Callable[[int], None] = lambda day: None,
) -> History:  # fmt: skip
    """Run a simulation that stands on day 0 for some days, and note what it was made of.

    ``paths`` name the quantities whose slopes will be asked for. A model that is not covered is a
    `NotCoveredError`.
    """
    why = refusal(simulation)
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
        if not numbers or today != numbers[-1]:
            numbers.append(today)
            for path, found in slopes.items():
                found.append(_slope(simulation, project, path))
        version[day] = len(numbers) - 1
        each_day(day)
    world = simulation.world
    tables = [acceptance_of(world, graph, bounds, one) for one in numbers]
    course = _course(graph, tables[0])
    meetings = _meetings(simulation)
    rules = _rules(version, bounds, tables, graph, simulation.seed)
    run, how = _run_of(simulation, days, course, meetings, rules, constant=len(numbers) == 1)
    by_path = {path: tuple(found) for path, found in slopes.items()}
    return History(simulation, graph, version, run, course, meetings, rules, how, by_path)


def _slope(simulation: Simulation, project: Project, path: str) -> Slope:
    declared = {one.path: one.declaration for one in project.quantities()}.get(path)
    if declared is None:
        raise ProjectError("is no quantity of this project.", place=path)
    assert isinstance(declared, Quantity)
    return slope_of(simulation, path, float(project.value(path)), declared)


def refusal(simulation: Simulation) -> str:
    """Return why leave-one-out is not proven for a model, or nothing."""
    project = simulation.project
    values = project.disease.values()
    first = project.disease.states(values)[0].name
    if any(exit_.after == first for exit_ in project.disease.transitions(values)):
        return "people can be infected again: the effect of one infection then has no end"
    if simulation.acts_on_people:
        return "a policy acts on single people, who would be others in another epidemic"
    for policy in project.policies:
        if policy.values().trigger != "none":
            return f"{policy.own_label} begins by a threshold, which a small change may not reach"
    if simulation.world.crowd is not None:
        return "these people are too many to be followed one by one"
    if len(simulation.in_force()[0].catch):
        return "there are several strains, and who had one may catch the other"
    if any(project.disease.imports(values, 0)) or project.disease.introductions(values):
        return "some people are infected elsewhere while the run goes on"
    if any(shape.timetable is not None for shape in simulation.world.networks):
        return "a network changes its contacts from day to day"
    if simulation.device != "cpu":
        return "the run was not on the processor"
    return ""


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
        keys=np.array([part.key for part in parts], np.uint32),
        shape=np.array([part.shape for part in parts], np.int64),
        class_count=np.array([len(part.rates) for part in parts], np.int64),
        match=match,
        group_of=tuple(part.group_of for part in padded),
        pointers=tuple(part.pointers for part in padded),
        members=tuple(part.members for part in padded),
    )


def _rules(
    version: np.ndarray, bounds: Bounds, tables: list[Acceptance], graph: Graph, seed: int
) -> Rules:
    return Rules(
        version=version,
        poisson=bounds.poisson,
        marks=np.stack([one.marks for one in tables]),
        gain=tables[0].gain,
        conduct_keys=tables[0].conduct_keys,
        conduct_marks=np.stack([one.conduct_marks for one in tables]),
        susceptibility=graph.susceptibility,
        run_key=run_key(seed),
    )


def _run_of(
    simulation: Simulation, days: int, course: Course, meetings: Meetings, rules: Rules,
    *, constant: bool,
) -> tuple[Run, np.ndarray]:  # fmt: skip
    """Make all attempts again from their keys, and hold them against the log."""
    agents = simulation.world.agent_count
    events = simulation.events()
    infections = events.before == 0
    infected_on = np.full(agents, NEVER, np.int32)
    infected_on[events.agent[infections]] = events.day[infections]
    infected = np.flatnonzero(infected_on < NEVER)
    made, counts = _all_attempts(infected, infected_on, days, course, meetings, rules)
    source = np.repeat(infected, counts).astype(np.int32)
    out_start = np.zeros(agents + 1, np.int64)
    out_start[1:] = np.cumsum(np.bincount(source, minlength=agents))
    into = np.argsort(made[:, TO], kind="stable").astype(np.int32)
    in_start = np.zeros(agents + 1, np.int64)
    in_start[1:] = np.cumsum(np.bincount(made[:, TO], minlength=agents))
    winner = _winners(made, source, infected_on)
    _hold_against(winner, source, events.agent[infections], events.infector[infections])
    how = np.zeros((agents, 4), np.int32)
    won = winner >= 0
    how[won] = made[winner[won]][:, [DAY, NETWORK, INFECTOR, CLASS]]
    kept = np.ascontiguousarray(made[:, [TO, DAY]]).astype(np.int32)
    return Run(infected_on, winner, out_start, kept, in_start, into, source, constant, days), how


def _all_attempts(
    infected: np.ndarray, infected_on: np.ndarray, days: int, course: Course, meetings: Meetings,
    rules: Rules,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    blocks, counts = [], []
    room, done = _FIRST_ROOM, 0
    while done < len(infected):
        out = np.empty((room, COLUMNS), np.uint32)
        ends = np.zeros(len(infected) - done, np.int64)
        served = record(infected[done:], infected_on, days, course, meetings, rules, out, ends)
        ends = ends[:served]
        blocks.append(out[: ends[-1] if served else 0].astype(np.int64))
        counts.append(np.diff(ends, prepend=0))
        done += served
        room = 2 * room
    nothing = np.empty((0, COLUMNS), np.int64)
    return np.concatenate([nothing, *blocks]), np.concatenate([np.empty(0, np.int64), *counts])


def _winners(made: np.ndarray, source: np.ndarray, infected_on: np.ndarray) -> np.ndarray:
    """Return the attempt that infected each person: lowest tie, then source, then network."""
    rows = np.flatnonzero(made[:, DAY] == infected_on[made[:, TO]])
    order = np.lexsort((made[rows, NETWORK], source[rows], made[rows, TIE_HASH], made[rows, TO]))
    rows = rows[order]
    first = np.diff(made[rows, TO], prepend=-1) != 0
    winner = np.full(len(infected_on), -1, np.int32)
    winner[made[rows[first], TO]] = rows[first]
    return winner


def _hold_against(
    winner: np.ndarray, source: np.ndarray, agent: np.ndarray, infector: np.ndarray
) -> None:
    """Raise where the attempts that were made again do not explain the log."""
    from_outside = infector == NOBODY
    explained = winner[agent]
    wrong = np.where(from_outside, explained >= 0, explained < 0)
    met = ~from_outside & (explained >= 0)
    wrong[met] = source[explained[met]] != infector[met]
    if wrong.any():
        raise NotCoveredError(
            f"{int(wrong.sum()):,} of {len(agent):,} infections are not explained by the attempts "
            "that were made again: something in this model is not covered yet"
        )
