"""`populace bench policies`: what policies cost that act on single people.

All of New York for 120 days, once without policies and once with testing, contact tracing,
vaccination and closed schools that reach people as usual but change nothing: both runs have the
same infections, so the ratio is the cost of the policies and not of another epidemic.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from populace.benchmarks import report
from populace.benchmarks.parts import SAMPLE, WARM_UP_DAYS, WARM_UP_PEOPLE
from populace.benchmarks.report import Measure
from populace.engine.contacts import Edges
from populace.engine.networks.base import Network
from populace.engine.populations.well_mixed import WellMixed
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

NAMES = ("policies_ratio", "build_edges_1m_s")
BARS = {"policies_ratio": 2.5, "build_edges_1m_s": 5.0}
# Networks of about ten fixed contacts each, with their usual settings.
GRAPHS = ("erdos_renyi", "small_world", "configuration", "barabasi_albert", "spatial_kernel")
DAYS, ROUNDS = 120, 3
WITHOUT_EFFECT = [
    {"kind": "vaccination", "doses_per_day": 60_000, "efficacy_first": 0, "efficacy_second": 0},
    {"kind": "testing", "share_tested": 0.5, "reduction": 0},
    {"kind": "contact_tracing", "reduction": 0},
    {"kind": "school_closure", "share_closed": 0, "start_day": 30, "fade_in_days": 14},
]


def measures(only: Sequence[str] = NAMES, people: int = 0) -> list[Measure]:
    """Take the chosen measures; ``people`` is for tests of the bench."""
    taken = {}
    if "policies_ratio" in only:
        taken["policies_ratio"] = _ratio(people)
    if "build_edges_1m_s" in only:
        taken["build_edges_1m_s"] = max(
            _run(f"graph:{kind}", people or 1_000_000)["seconds"] for kind in GRAPHS
        )
    units = {"policies_ratio": "x", "build_edges_1m_s": "s, the slowest of five kinds"}
    return [Measure.at_most(name, value, units[name], BARS[name]) for name, value in taken.items()]


def _ratio(people: int) -> float:
    """Return the time with policies over the time without."""
    seconds: dict[str, list[float]] = {"bare": [], "policies": []}
    infected: dict[str, int] = {}
    for _ in range(ROUNDS):
        # In turn: a machine that slows down slows both.
        for which, taken in seconds.items():
            line = _run(which, people)
            taken.append(line["seconds"])
            infected[which] = int(line["infected"])
    if len(set(infected.values())) != 1:
        raise RuntimeError(f"the policies changed the epidemic: {infected}")
    return statistics.median(seconds["policies"]) / statistics.median(seconds["bare"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench policies [--json]`; return the exit code."""
    return report.command("policies", NAMES, measures, arguments)


def timed(which: str, people: int) -> dict[str, float]:
    """Run the city once and return its seconds, what it infected and what the policies did."""
    project = Project.load(SAMPLE)
    spec: dict[str, Any] = project.spec()
    spec["policies"] = WITHOUT_EFFECT if which == "policies" else []
    small = {"kind": "nyc", "people": WARM_UP_PEOPLE}
    Simulation(Project.from_spec(spec | {"population": small})).run(WARM_UP_DAYS)
    if people:
        spec |= {"population": {"kind": "nyc", "people": people}}
        spec["disease"] = spec["disease"] | {"initial_infected": max(1, people // 500)}
    simulation = Simulation(Project.from_spec(spec))
    begun = time.perf_counter()
    simulation.run(DAYS)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "infected": simulation.ever_infected, **simulation.policy_counts()}


def built(kind: str, people: int) -> dict[str, float]:
    """Draw a network on people in one place; return its seconds and its contacts per person."""
    network = kinds("networks")[kind]()
    assert isinstance(network, Network)
    for count in (WARM_UP_PEOPLE, people):
        crowd = WellMixed(people=count).build(lambda message, share: None)
        begun = time.perf_counter()
        edges = network.contacts(crowd)
        seconds = time.perf_counter() - begun
    assert isinstance(edges, Edges)
    return {"seconds": seconds, "contacts": len(edges.targets) / people}


def _run(which: str, people: int) -> dict[str, float]:
    """Run in a fresh process: memory that one run leaves would flatter the next."""
    command = [sys.executable, "-m", "populace.benchmarks.policies", which, str(people)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1_800)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    name, count = sys.argv[1], int(sys.argv[2])
    network_kind = name.removeprefix("graph:")
    print(json.dumps(timed(name, count) if network_kind == name else built(network_kind, count)))
