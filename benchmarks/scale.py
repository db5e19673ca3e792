"""How near the scale meter comes: `python -m populace.benchmarks.scale`.

Each sample project is run twice: what the first run took teaches the meter for the second.
"""

import sys
import tempfile
import time
from pathlib import Path

from populace.engine import scaling_model
from populace.engine.project import Project
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation, no_progress

SAMPLES = ("town_flu", "kenya_covid", "nyc_covid", "nyc_response")


def measured(project: Project) -> tuple[int, int, float]:
    """Return people, infections and seconds of a real run."""
    world = shared_world(project, no_progress)
    simulation = Simulation(project, world=world)
    started = time.perf_counter()
    for _ in range(project.days):
        simulation.step()
        simulation.snapshot()
    return world.agent_count, simulation.ever_infected, time.perf_counter() - started


def main(names: tuple[str, ...] = SAMPLES) -> int:
    """Print the table; return 1 if a second expectation is off by more than a factor of 2."""
    file = Path(tempfile.mkdtemp(prefix="populace-scale-"), "machine.json")
    known = scaling_model._fresh()
    scaling_model.calibrate(known)
    scaling_model._write(known, file)
    sys.stdout.write(f"{known.name}: {known.per_infection * 1e6:.2f} us per infection\n")
    sys.stdout.write("project          people   expected      real   factor  after a run\n")
    missed = False
    for name in names:
        project = Project.load(name)
        trial = scaling_model.run_small(project)
        people = project.population.agent_count() or 0
        busy = scaling_model.contention()
        first = scaling_model.expected(project, scaling_model._read(file), people, trial, busy=busy)
        people, infections, seconds = measured(project)
        busy = scaling_model.contention()
        scaling_model.learn(
            project, people, infections, project.days, seconds, path=file, trial=trial, busy=busy
        )
        again = scaling_model.expected(project, scaling_model._read(file), people, trial, busy=busy)
        _, _, real = measured(project)
        factor = again.run_s / real
        missed |= not 0.5 <= factor <= 2
        sys.stdout.write(
            f"{name:14s} {people:9,d} {first.run_s:8.2f} s {seconds:7.2f} s "
            f"{first.run_s / seconds:7.2f} {factor:8.2f}\n"
        )
        sys.stdout.flush()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or SAMPLES))
