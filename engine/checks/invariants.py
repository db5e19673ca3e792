"""What must hold exactly, in any project and on any machine."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from populace.engine.checks.result import Figure, exactly
from populace.engine.checks.trial import people_of, runs, well_mixed, world_of
from populace.engine.contacts import Groups
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.world import World, network_shape

_TRIAL = {"kind": "seir", "initial_infected": 100, "infectious_period": 4}
# A run of this many people uses every core; a smaller one takes one thread.
_MANY_PEOPLE = 400_000


def conservation(project: Project, days: int, world: World | None = None) -> Iterator[Figure]:
    """Count people every evening, and again from the event log."""
    run = Simulation(project, world=world or world_of(project))
    regions = np.bincount(run.people.region_index, minlength=run.people.region_count)
    states = np.zeros(run.people.agent_count, np.uint8)
    off = unexplained = impossible = 0
    for day in range(days + 1):
        if day:
            run.step()
        counts = run.counts
        off += int(np.abs(counts.sum(axis=1) - regions).sum()) + int((counts < 0).sum())
        for events in run.log.day(day):
            impossible += int(np.count_nonzero(states[events.agent] != events.before))
            states[events.agent] = events.after
        from_log = np.bincount(states, minlength=len(run.states))
        unexplained += int(np.abs(counts.sum(axis=0) - from_log).sum())
    yield exactly("people lost or made", off, 0)
    yield exactly("people whose state the log does not explain", unexplained, 0)
    yield exactly("changes out of a state the person was not in", impossible, 0)


def no_transmission(project: Project, days: int, world: World | None = None) -> Iterator[Figure]:
    """Close every network: nobody may be infected after day 0."""
    closed = {f"networks.{network.own_name}.intensity": 0.0 for network in project.networks}
    closed_project = project.with_values(closed)
    run = Simulation(closed_project, world=world or world_of(closed_project))
    first = run.ever_infected
    run.run(days)
    yield exactly("infections", run.ever_infected - first, 0)


def order_of_networks(project: Project, days: int) -> Iterator[Figure]:
    """Turn the lists of the project round: the events must stay the same."""
    turned = replace(
        project,
        networks=project.networks[::-1],
        behaviours=project.behaviours[::-1],
        policies=project.policies[::-1],
    )
    people = people_of(project)
    digests = set()
    for one in (project, turned):
        run = Simulation(one, people)
        run.run(days)
        digests.add(run.events_sha256())
    yield exactly("distinct logs", len(digests), 1)


def sources_are_infectious(project: Project, days: int, world: World | None = None
                           ) -> Iterator[Figure]:  # fmt: skip
    """Look up the state of every infector on the evening before: exposed people infect nobody."""
    run = Simulation(project, world=world or world_of(project))
    infectious = np.array([state.role == "infectious" for state in run.states])
    wrong = infections = 0
    for day in range(1, days + 1):
        states = run.state
        run.step()
        for events in run.log.day(day):
            source = events.infector[events.infector >= 0]
            wrong += int(np.count_nonzero(~infectious[states[source]]))
            infections += len(source)
    yield Figure(
        "infections by people who are not infectious", wrong, 0, 0, f"of {infections:,} infections"
    )


def kernels_agree(projects: Sequence[Project], days: int) -> Iterator[Figure]:
    """Run the compiled kernel and the reference in torch: the logs must be the same bytes."""
    for project in projects:
        world = world_of(project)
        digests = set()
        infected = 0
        for device in ("cpu", "reference"):
            run = Simulation(project, world=world, device=device)
            run.run(days)
            digests.add(run.events_sha256())
            infected = run.ever_infected
        name = f"distinct logs of {project.disease.kind_name()}"
        yield Figure(name, len(digests), 1, 0, f"{infected:,} infected")


def threads_agree(days: int) -> Iterator[Figure]:
    """Run one large project with one thread and with two, each in a process of its own."""
    digests = [_digest_with_threads(threads, days) for threads in (1, 2)]
    yield exactly("distinct logs", len(set(digests)), 1)


def _digest_with_threads(threads: int, days: int) -> str:
    script = (
        "from populace.engine.checks import invariants;"
        f"print(invariants.large_run_sha256(seed=1, days={days}))"
    )
    # More threads than cores are fine: their number is what is tested.
    environment = os.environ | {"NUMBA_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"a run with {threads} threads failed: {done.stderr.strip()[-500:]}")
    return done.stdout.strip()


def large_run_sha256(seed: int, days: int) -> str:
    """Return the digest of a run that is large enough to use every thread."""
    project = well_mixed(_MANY_PEOPLE, _TRIAL)
    run = Simulation(project, world=world_of(project), seed=seed)
    run.run(days)
    return run.events_sha256()


def three_at_once(days: int) -> Iterator[Figure]:
    """Run three seeds one after the other and at the same time, in one process."""
    seeds = (1, 2, 3)
    alone = [large_run_sha256(seed, days) for seed in seeds]
    with ThreadPoolExecutor(len(seeds)) as pool:
        together = list(pool.map(lambda seed: large_run_sha256(seed, days), seeds))
    differing = sum(one != other for one, other in zip(alone, together, strict=True))
    yield exactly("runs that came out different", differing, 0)
    yield exactly("different seeds with equal logs", len(seeds) - len(set(alone)), 0)


def shuffled_people(people: int, seeds: int) -> Iterator[Figure]:
    """Give the people of a small town other numbers: the distribution of outcomes must not move."""
    project = Project.from_spec(
        {
            "name": "Check",
            "population": {"kind": "well_mixed", "people": people},
            "networks": [{"kind": "household"}, {"kind": "workplace"}],
            "disease": {
                "kind": "seir",
                "transmission": 0.08,
                "infectious_period": 4,
                "initial_infected": people // 50,
            },
        }
    )
    number = np.arange(people)
    plain = _final_sizes(project, number, seeds)
    shuffled = _final_sizes(project, np.argsort(number * 7_919 % 10_007, kind="stable"), seeds)
    error = float(np.hypot(plain.std(ddof=1), shuffled.std(ddof=1))) / seeds**0.5
    measured, reference = float(shuffled.mean()), float(plain.mean())
    yield Figure("ever infected", measured, reference, 3 * error)
    spread = float(shuffled.std(ddof=1) / plain.std(ddof=1))
    # The logarithm of the ratio of two deviations from n runs each has an error of 1 / sqrt(n).
    yield Figure("ratio of the spreads", spread, 1.0, float(np.expm1(3 / seeds**0.5)))


def _final_sizes(project: Project, number: np.ndarray, seeds: int) -> np.ndarray:
    """Run a town of households of four and teams of 25 in which person i is ``number[i]``."""
    people = project.population.build(lambda message, share: None)
    home = (number // 4).astype(np.int32)
    # Teams cut across the households.
    team = (number * 613 % len(number) // 25).astype(np.int32)
    rates = {"household": (home, 3.0, True), "workplace": (team, 4.0, False)}
    shapes = [
        network_shape(name, at_home, Groups.of_members(group, np.array([0.0, 0.0, contacts])))
        for name, (group, contacts, at_home) in rates.items()
    ]
    finals = []
    for run in runs(project, seeds, World.of_shapes(people, shapes)):
        run.run(150)
        finals.append(run.ever_infected / len(number))
    return np.array(finals)
