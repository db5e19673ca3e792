"""`populace bench billion`: the sample `billion` as a whole: its minutes, its memory, its epidemic.

Takes both cores for minutes. With ``--people`` it runs fewer or more, up to all of mankind; then
there are no bars. It runs in a process of its own, with the kernels compiled before the clock
starts; laying out the people is part of the time.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial

from populace.benchmarks import report
from populace.benchmarks.parts import memory
from populace.benchmarks.report import Measure
from populace.engine.project import Project
from populace.engine.scaling import fewer_infected
from populace.engine.simulation import Simulation

SAMPLE, PEOPLE, DAYS = "billion", 1_000_000_000, 100
NAMES = ("billion_minutes", "billion_peak_gb", "billion_attack")
MINUTES_MAX, PEAK_GB_MAX, ATTACK_MIN = 6.0, 7.0, 0.20
_WARM_UP_PEOPLE = 100_000


def measures(only: Sequence[str] = NAMES, people: int = PEOPLE, days: int = DAYS) -> list[Measure]:
    """Run once and take the chosen measures; another number than a billion has no bars."""
    line = _run(people, days)
    minutes, peak = line["seconds"] / 60, line["rss_peak"] / 1e9
    if (people, days) != (PEOPLE, DAYS):
        told = zip(NAMES, (minutes, peak, line["attack"]), ("min", "GB", "share"), strict=True)
        taken = [Measure.without_bar(*one) for one in told]
    else:
        taken = [
            Measure.at_most("billion_minutes", minutes, "min", MINUTES_MAX),
            Measure.at_most("billion_peak_gb", peak, "GB", PEAK_GB_MAX),
            Measure.at_least("billion_attack", line["attack"], "share", ATTACK_MIN),
        ]
    return [measure for measure in taken if measure.name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench billion [--people N] [--days N] [--json]`; return the exit code."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--people", type=float, default=PEOPLE)
    parser.add_argument("--days", type=int, default=DAYS)
    own, rest = parser.parse_known_args(arguments)
    taken = partial(measures, people=round(own.people), days=own.days)
    return report.command("billion", NAMES, taken, rest)


def timed(people: int, days: int) -> dict[str, float]:
    """Lay out the people and run their days."""
    project = Project.load(SAMPLE)
    small = _of(project, _WARM_UP_PEOPLE).with_value("population.rows_up_to", 0)
    Simulation(small).run(2)
    begun = time.perf_counter()
    simulation = Simulation(_of(project, people).with_value("population.rows_up_to", 0))
    built = time.perf_counter()
    longest = 0.0
    for _ in range(days):
        morning = time.perf_counter()
        simulation.step()
        longest = max(longest, time.perf_counter() - morning)
        _tell(simulation, time.perf_counter() - begun)
    return {
        "seconds": time.perf_counter() - begun,
        "building": built - begun,
        "longest_day": longest,
        "cpu": time.process_time(),
        "attack": simulation.ever_infected / people,
        "rss_peak": memory("VmHWM"),
    }


def _of(project: Project, people: int) -> Project:
    """Return the sample with another number of people; the first infected keep their share."""
    first = fewer_infected(project, people)
    return project.with_values({"population.people": people, "disease.initial_infected": first})


def _tell(simulation: Simulation, seconds: float) -> None:
    """Tell somebody who waits how far it is, on standard error."""
    print(
        f"day {simulation.day}: {simulation.ever_infected:,} infected so far, "
        f"{seconds:.0f} s, {memory('VmRSS') / 1e9:.2f} GB",
        file=sys.stderr,
        flush=True,
    )


def _run(people: int, days: int) -> dict[str, float]:
    """Run in a fresh process: memory that an earlier run left would count."""
    command = [sys.executable, "-m", "populace.benchmarks.billion", str(people), str(days)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(timed(int(sys.argv[1]), int(sys.argv[2]))))
