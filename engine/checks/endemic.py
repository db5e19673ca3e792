"""An endemic infection: births make up for those who become immune."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from populace.engine.checks.result import Figure
from populace.engine.checks.trial import plain_people, well_mixed
from populace.engine.events import BIRTH
from populace.engine.people import People
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.turnover import DAYS_A_YEAR
from populace.engine.world import World

R0, LIFE, GENERATION = 17.0, 70.0, 13.0  # measles before vaccines; years, days
# Until nearly all who are susceptible were born in the run, and waves have died down.
SETTLING = 30  # years
_ALLOWED = 0.05


def at_equilibrium(people: int, years: int, seeds: int) -> Iterator[Figure]:
    """Hold the age of infection against L / (R0 - 1): SIR with births, at R0 17.

    That is 1 / force of infection. Those who are infected before they die of other causes are
    younger: L / R0 on average.
    """
    project = endemic_project(people)
    world = World.of(people_of_all_ages(people), project.networks)
    forces, ages = [], []
    for seed in range(seeds):
        run = Simulation(project, world=world, seed=1_000 + seed)
        force, mean_age = _measured(run, years)
        forces.append(1 / force)
        ages.append(mean_age)
    yield _figure("age at infection, 1 / force", forces, LIFE / (R0 - 1))
    yield _figure("mean age of the infected", ages, LIFE / R0)


def endemic_project(people: int) -> Project:
    """Return SIR with births, near its equilibrium, with a few infections from elsewhere."""
    immune = round(people * (1 - 1 / R0))
    disease = {
        "kind": "sir",
        "transmission": R0 / GENERATION,
        "infectious_period": GENERATION,
        "initial_infected": immune,
        "initial_state": "recovered",
        # One for each hundred infections here, so that it never dies out for long.
        "imports_per_week": 0.01 * people * 7 / (LIFE * DAYS_A_YEAR) * R0,
        "turnover": True,
        "life_expectancy": LIFE,
    }
    return well_mixed(people, disease)


def people_of_all_ages(count: int) -> People:
    """Return people whose ages are those at which they settle, at one rate of death."""
    older = (np.arange(count) + 0.5) / count
    age = np.minimum(np.floor(-LIFE * np.log(older)), 100).astype(np.uint8)
    return replace(plain_people(count), age=age)


def _measured(run: Simulation, years: int) -> tuple[float, float]:
    """Return the force of infection per year, and the mean age of infected people in years."""
    last = round(years * DAYS_A_YEAR)
    settled = round(SETTLING * DAYS_A_YEAR)
    susceptible_days = 0
    for _ in range(last):
        susceptible = int(run.counts[:, 0].sum())
        run.step()
        susceptible_days += susceptible if run.day > settled else 0
    events = run.events()
    born_on = np.full(run.people.agent_count, np.iinfo(np.int64).min)
    ages, infections = [], 0
    edges = np.searchsorted(events.day, np.arange(last + 2))
    for day in range(1, last + 1):
        rows = slice(edges[day], edges[day + 1])
        agent, birth = events.agent[rows], events.network[rows] == BIRTH
        infected = agent[(events.before[rows] == 0) & ~birth]
        if day > settled:
            infections += len(infected)
            since = born_on[infected]
            ages.append(day - since[since >= 0])
        born_on[agent[birth]] = day
    mean_age = float(np.concatenate(ages).mean()) / DAYS_A_YEAR
    return infections / susceptible_days * DAYS_A_YEAR, mean_age


def _figure(name: str, values: list[float], reference: float) -> Figure:
    return Figure(name, float(np.mean(values)), reference, _ALLOWED * reference)
