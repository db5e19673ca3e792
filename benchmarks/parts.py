"""One part of the engine's benchmark, in a process of its own.

    python -m populace.benchmarks.parts PART PEOPLE DAYS SEED

Prints one line of JSON. A fresh process for each, because memory that one part frees and code
that it compiles would flatter the next.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from populace.benchmarks import event3, scenarios, world
from populace.engine.project import Project
from populace.engine.simulation import Simulation

SAMPLE = "nyc_covid"
# Enough to compile or load every kernel, and quick.
WARM_UP_PEOPLE = 20_000
WARM_UP_DAYS = 2
INFECTED_AT_START = 0.001  # share, of the run beside the C++


def nyc(people: int, days: int, seed: int) -> dict[str, float]:
    """Run the sample project, with all of its networks and the event log; 0 people: its own."""
    project = Project.load(SAMPLE)
    small = project.with_value("population.people", WARM_UP_PEOPLE)
    Simulation(small).run(WARM_UP_DAYS)
    before = memory("VmRSS")
    full = project.with_value("population.people", people) if people else project
    simulation = Simulation(full, seed=seed)
    seconds = _timed(lambda: simulation.run(days))
    return {
        "seconds": seconds,
        "attack": _attack(simulation),
        "people": simulation.people.agent_count,
        "networks": len(simulation.network_names),
        "rss_before": before,
        "rss_peak": memory("VmHWM"),
        "log_bytes": simulation.log.size_bytes(),
    }


def bound(people: int, days: int, seed: int) -> dict[str, float]:
    """Run one world here and in C++, one after the other, from the same first infected."""
    made = world.make(people)
    infected = max(1, int(people * INFECTED_AT_START))
    scenarios.bound_simulation(world.make(WARM_UP_PEOPLE), infected=20, seed=1).run(WARM_UP_DAYS)
    event3.library()
    simulation = scenarios.bound_simulation(made, infected, seed)
    start = simulation.state
    seconds = _timed(lambda: simulation.run(days))
    outcome = event3.run(made, start, days, seed)
    return {
        "seconds": seconds,
        "attack": _attack(simulation),
        "bound_seconds": outcome.seconds,
        "bound_attack": outcome.attack,
    }


def static(people: int, days: int, seed: int) -> dict[str, float]:
    """Run the peers' scenario on fixed contacts."""
    return _run_scenario(scenarios.static_simulation, people, days, seed)


def mixed(people: int, days: int, seed: int) -> dict[str, float]:
    """Run the peers' scenario with everybody in one place."""
    return _run_scenario(scenarios.mixed_simulation, people, days, seed)


def memory(field: str) -> float:
    """Return a field of this process's status in bytes: VmRSS, or VmHWM for its peak.

    Not `getrusage`: its peak is inherited from the process that started this one.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return float(line.split()[1]) * 1024
    raise OSError(f"the system does not report {field}")


PARTS = {part.__name__: part for part in (nyc, bound, static, mixed)}


def main(arguments: list[str]) -> None:
    """Run the named part and print its line."""
    name, people, days, seed = arguments[0], *map(int, arguments[1:4])
    print(json.dumps(PARTS[name](people, days, seed)))


def _run_scenario(
    make: Callable[[int, int], Simulation], people: int, days: int, seed: int
) -> dict[str, float]:
    make(WARM_UP_PEOPLE, 1).run(WARM_UP_DAYS)
    simulation = make(people, seed)
    return {"seconds": _timed(lambda: simulation.run(days)), "attack": _attack(simulation)}


def _timed(run: Callable[[], None]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _attack(simulation: Simulation) -> float:
    """Return the share of people who are no longer susceptible."""
    states = np.asarray(simulation.counts).sum(axis=0)
    return float(1.0 - states[0] / states.sum())


if __name__ == "__main__":
    main(sys.argv[1:])
