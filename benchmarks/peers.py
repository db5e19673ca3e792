"""One peer simulator on one scenario, in one process of its own.

    .venv-peers/bin/python benchmarks/peers.py MODEL PEOPLE DAYS

Prints one line of JSON: the seconds of the run without set-up and compilation, and the share of
people who were infected. It imports nothing of Populace: the peers live in an environment of
their own (`make peers`).

The scenario: a day is a step, everybody has about 10 contacts, each contact with an infectious
person infects with probability .03 a day, people are infectious after 3 days and for 7 on average,
and one in a thousand is infectious at the start. R0 is about 2.1. The simulators differ in what
their contacts are: `numba_net` and `starsim_static` keep the same contacts throughout,
`covasim_random` keeps its random network, `laser1` mixes everybody in one place.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

CONTACTS = 10  # a day, on average
INFECTION = 0.03  # probability per contact and day
LATENT_DAYS = 3.0  # mean
INFECTIOUS_DAYS = 7.0  # mean
INFECTED_AT_START = 0.001  # share


def starsim_static(people: int, days: int) -> tuple[float, float]:
    """Run Starsim's SEIR on its random network, held fixed."""
    import starsim as ss  # pyright: ignore[reportMissingImports]

    def simulation(size: int) -> Any:
        disease = ss.SEIR(
            beta=ss.perday(INFECTION),
            init_prev=ss.bernoulli(p=INFECTED_AT_START),
            dur_exp=ss.expon(scale=ss.days(LATENT_DAYS)),
            dur_inf=ss.expon(scale=ss.days(INFECTIOUS_DAYS)),
            p_death=ss.bernoulli(p=0),
        )
        return ss.Sim(
            n_agents=size,
            start=ss.date("2024-01-01"),
            dur=ss.days(days),
            dt=ss.days(1),
            diseases=disease,
            networks=ss.RandomNet(n_contacts=CONTACTS, dynamic=False),
            verbose=0,
            rand_seed=1,
        )

    simulation(2_000).run()  # compiles
    full = simulation(people)
    full.init()
    seconds = timed(full.run)
    return seconds, float(1 - full.diseases[0].susceptible.sum() / people)


def covasim_random(people: int, days: int) -> tuple[float, float]:
    """Run Covasim on its random network."""
    import covasim as cv  # pyright: ignore[reportMissingImports]

    def simulation(size: int) -> Any:
        return cv.Sim(
            pop_size=size,
            n_days=days,
            pop_type="random",
            pop_infected=max(1, int(size * INFECTED_AT_START)),
            beta=INFECTION,
            contacts=CONTACTS,
            use_waning=False,
            verbose=0,
            rand_seed=1,
        )

    simulation(2_000).run()  # compiles
    full = simulation(people)
    full.initialize()
    seconds = timed(full.run)
    return seconds, float(full.results["cum_infections"][-1] / people)


def laser1(people: int, days: int) -> tuple[float, float]:
    """Run LASER's SEIR in one well-mixed place."""
    import geopandas as gpd
    import laser.core.distributions as dists  # pyright: ignore[reportMissingImports]
    from laser.core import PropertySet  # pyright: ignore[reportMissingImports]
    from laser.generic import SEIR, Model  # pyright: ignore[reportMissingImports]
    from shapely.geometry import box

    def model(size: int) -> Any:
        infected = max(1, int(size * INFECTED_AT_START))
        place = {"nodeid": 0, "name": "0", "population": size, "S": size - infected, "E": 0,
                 "I": infected, "R": 0, "geometry": box(0, 0, 0.1, 0.1)}  # fmt: skip
        numbers = {"nticks": days, "beta": CONTACTS * INFECTION, "prng_seed": 1}
        made = Model(gpd.GeoDataFrame([place], crs="EPSG:4326"), PropertySet(numbers))
        latent = dists.exponential(scale=LATENT_DAYS)
        ill = dists.exponential(scale=INFECTIOUS_DAYS)
        # The order of LASER's own SEIR test: another order gives another epidemic.
        made.components = [
            SEIR.Susceptible(made), SEIR.Recovered(made), SEIR.Infectious(made, ill),
            SEIR.Exposed(made, latent, ill), SEIR.Transmission(made, latent),
        ]  # fmt: skip
        return made

    model(10_000).run()  # compiles
    full = model(people)
    seconds = timed(full.run)
    return seconds, float(1 - full.nodes.S[-1].sum() / full.people.count)


def numba_net(people: int, days: int) -> tuple[float, float]:
    """Run what a few lines of plain Numba do: every day a parallel pass over everybody."""
    import numba as nb

    stream = np.random.default_rng(1)

    @nb.njit(parallel=True, nogil=True)
    def step(state, new, start, target, infection, end_latent, end_ill):  # noqa: ANN001, ANN202
        for agent in nb.prange(len(state)):
            now = state[agent]
            if now == 0:
                infectious = 0
                for edge in range(start[agent], start[agent + 1]):
                    if state[target[edge]] == 2:
                        infectious += 1
                if infectious and np.random.random() > (1 - infection) ** infectious:  # noqa: NPY002
                    now = 1
            elif now == 1:
                if np.random.random() < end_latent:  # noqa: NPY002
                    now = 2
            elif now == 2 and np.random.random() < end_ill:  # noqa: NPY002
                now = 3
            new[agent] = now

    def run(size: int, day_count: int) -> tuple[float, float]:
        start, target = contact_lists(stream, size)
        state = np.zeros(size, np.int8)
        first = max(1, int(size * INFECTED_AT_START))
        state[stream.choice(size, first, replace=False)] = 2
        new = state.copy()
        begun = time.perf_counter()
        for _ in range(day_count):
            step(state, new, start, target, INFECTION, 1 / LATENT_DAYS, 1 / INFECTIOUS_DAYS)
            state, new = new, state
        return time.perf_counter() - begun, float((state != 0).mean())

    run(1_000, 2)  # compiles
    return run(people, days)


def contact_lists(stream: np.random.Generator, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Return everybody's contacts: where each list starts, and all lists end to end."""
    first = stream.integers(0, people, people * CONTACTS // 2, dtype=np.int32)
    second = stream.integers(0, people, people * CONTACTS // 2, dtype=np.int32)
    sources, targets = np.concatenate([first, second]), np.concatenate([second, first])
    start = np.zeros(people + 1, np.int64)
    start[1:] = np.cumsum(np.bincount(sources, minlength=people))
    return start, targets[np.argsort(sources, kind="stable")]


def timed(run: Callable[[], Any]) -> float:
    """Return the seconds that a call takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


MODELS = {model.__name__: model for model in (numba_net, laser1, starsim_static, covasim_random)}


def main(arguments: list[str]) -> None:
    """Run the named model and print its line."""
    name, people, days = arguments[0], int(arguments[1]), int(arguments[2])
    seconds, attack = MODELS[name](people, days)
    print(json.dumps({"model": name, "people": people, "seconds": seconds, "attack": attack}))


if __name__ == "__main__":
    main(sys.argv[1:])
