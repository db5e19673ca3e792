"""`populace bench engine`: how fast and how small the engine is, against the C++ and the peers."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from populace.benchmarks import event3, peers, report
from populace.benchmarks.parts import SAMPLE
from populace.benchmarks.report import Measure

NYC_ATTACK = (0.45, 0.60)  # share infected in 120 days
TIMEOUT = 1_800  # seconds for one process: a hanging peer must not hold the bench for ever

# Measure, the peer's model, our part that runs beside it, and the bar.
PEERS: dict[str, tuple[str, str, float]] = {
    "times_numba": ("numba_net", "static", 1.5),
    "times_laser": ("laser1", "static", 1.5),
    "times_starsim": ("starsim_static", "static", 8.0),
    "times_covasim": ("covasim_random", "static", 25.0),
    "times_laser_mixed": ("laser1", "mixed", 4.0),
}
NYC_NAMES = ("nyc_120_days_s", "nyc_peak_rss_gb", "bytes_per_agent")
NAMES = ("nyc_120_days_s", "nyc_peak_rss_gb", "ratio_to_event3_1m", *PEERS,
         "bytes_per_agent", "start_s")  # fmt: skip

Line = Mapping[str, float]


class WrongEpidemicError(RuntimeError):
    """A run was fast but is not the epidemic it should be: its time means nothing."""


@dataclass(frozen=True)
class Size:
    """How much is run."""

    people: int = 1_000_000
    nyc_people: int | None = None  # None: all residents
    days: int = 120
    rounds: int = 3
    # Largest difference of two attack rates of one scenario; None: too small to tell.
    agreement: float | None = 0.01
    nyc_attack: tuple[float, float] | None = NYC_ATTACK


QUICK = Size(people=20_000, nyc_people=20_000, days=10, rounds=1, agreement=None, nyc_attack=None)


def measures(only: Sequence[str] = NAMES, quick: bool = False) -> list[Measure]:
    """Take the chosen measures, in the order of `NAMES`; ``quick`` is for tests of the bench."""
    size = QUICK if quick else Size()
    taken: dict[str, Measure] = {}
    if set(only) & set(NYC_NAMES):
        taken |= _nyc(size)
    if "ratio_to_event3_1m" in only:
        taken["ratio_to_event3_1m"] = _ratio_to_bound(size)
    if set(only) & set(PEERS):
        taken |= _peers(size, [name for name in PEERS if name in only])
    if "start_s" in only:
        taken["start_s"] = Measure.at_most("start_s", _start(size), "s", 8.0)
    return [taken[name] for name in NAMES if name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench engine [--json] [--only NAME ...]`; return the exit code."""
    try:
        return report.command("engine", NAMES, measures, arguments)
    except WrongEpidemicError as error:
        print(f"populace bench engine: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"populace bench engine: {error}\n{error.stderr}", file=sys.stderr)
        return 1


def peers_python() -> Path:
    """Return the Python of the peers' environment, whether it is there or not."""
    return Path(__file__).resolve().parent.parent / ".venv-peers" / "bin" / "python"


def _nyc(size: Size) -> dict[str, Measure]:
    """Return time and memory of the whole city."""
    lines = [
        part("nyc", size.nyc_people or 0, size.days, seed) for seed in range(1, size.rounds + 1)
    ]
    if size.nyc_attack is not None:
        low, high = size.nyc_attack
        for line in lines:
            if not low <= line["attack"] <= high:
                raise WrongEpidemicError(
                    f"{line['attack']:.1%} of New York were infected, not {low:.0%} to {high:.0%}"
                )
    # The largest peak, not the median: memory is there for every run or for none.
    peak = max(line["rss_peak"] for line in lines)
    per_agent = max(
        (line["rss_peak"] - line["rss_before"] - line["log_bytes"]) / line["people"]
        for line in lines
    )
    seconds = statistics.median(line["seconds"] for line in lines)
    return {
        "nyc_120_days_s": Measure.at_most("nyc_120_days_s", seconds, "s", 10.0),
        "nyc_peak_rss_gb": Measure.at_most("nyc_peak_rss_gb", peak / 1e9, "GB", 3.0),
        "bytes_per_agent": Measure.at_most("bytes_per_agent", per_agent, "B", 60.0),
    }


def _ratio_to_bound(size: Size) -> Measure:
    """Return our time over the C++'s on one world; without a compiler it is not measured."""
    ratio = None
    if event3.available():
        rounds = range(1, size.rounds + 1)
        lines = [part("bound", size.people, size.days, seed) for seed in rounds]
        _require_agreement(size, "the C++", lines, "bound_attack")
        ratio = median(lines, "seconds") / median(lines, "bound_seconds")
    return Measure.at_most("ratio_to_event3_1m", ratio, "x", 2.4)


def _peers(size: Size, names: Sequence[str]) -> dict[str, Measure]:
    """Return the peers' times over ours, all interleaved; absent peers are not measured."""
    if not peers_python().exists():
        return {name: Measure.at_least(name, None, "x", PEERS[name][2]) for name in names}
    ours: dict[str, list[Line]] = {part: [] for part in sorted({PEERS[name][1] for name in names})}
    theirs: dict[str, list[Line]] = {model: [] for model in {PEERS[name][0]: 0 for name in names}}
    for seed in range(1, size.rounds + 1):
        # One round of everybody after another: a machine that slows down slows all alike.
        for scenario, lines in ours.items():
            lines.append(part(scenario, size.people, size.days, seed))
        for model, lines in theirs.items():
            _tell(model, seed)
            lines.extend(peer(model, size.people, size.days))
    if "numba_net" in theirs and "static" in ours and theirs["numba_net"]:
        attacks = zip(ours["static"], theirs["numba_net"], strict=True)
        both = [{"attack": own["attack"], "peer": other["attack"]} for own, other in attacks]
        _require_agreement(size, "the Numba peer", both, "peer")
    taken = {}
    for name in names:
        model, scenario, bar = PEERS[name]
        times = None
        if theirs[model]:
            times = median(theirs[model], "seconds") / median(ours[scenario], "seconds")
        taken[name] = Measure.at_least(name, times, "x", bar)
    return taken


def _start(size: Size) -> float:
    """Return the seconds of the whole command for a run of one day, its results written."""
    populace = str(Path(sys.executable).with_name("populace"))
    command = [populace, "run", SAMPLE, "--days", "1", "--json"]
    if size.nyc_people is not None:
        command += ["--people", str(size.nyc_people)]
    with tempfile.TemporaryDirectory() as folder:
        _output([*command, "--out", "warm"], folder)  # fills the caches
        return statistics.median(
            _timed(lambda run=run: _output([*command, "--out", f"run-{run}"], folder))
            for run in range(size.rounds)
        )


def part(name: str, people: int, days: int, seed: int) -> Line:
    """Run one of our parts in a fresh process."""
    _tell(name, seed)
    numbers = [str(number) for number in (people, days, seed)]
    return json.loads(_output([sys.executable, "-m", "populace.benchmarks.parts", name, *numbers]))


def peer(model: str, people: int, days: int) -> list[Line]:
    """Run a peer in a fresh process; an empty list if it is not installed."""
    script = str(Path(peers.__file__).resolve())
    # -P: the peers must not find our modules beside the script in place of their own.
    command = [str(peers_python()), "-P", script, model, str(people), str(days)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            return [json.loads(_output(command, folder))]
        except subprocess.CalledProcessError as error:
            if "ModuleNotFoundError" not in error.stderr:
                raise
            return []


def _tell(name: str, turn: int) -> None:
    """Tell somebody who waits at a terminal what is running: the whole bench takes minutes."""
    if sys.stderr.isatty():
        print(f"running {name}, round {turn}", file=sys.stderr, flush=True)


def _output(command: Sequence[str], folder: str | None = None) -> str:
    """Return the last line that a command prints; its messages go with the exception."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=TIMEOUT
    )
    return (done.stdout.strip().splitlines() or [""])[-1]


def _require_agreement(size: Size, other: str, lines: Sequence[Line], key: str) -> None:
    """Refuse to compare the times of two different epidemics."""
    ours = statistics.mean(line["attack"] for line in lines)
    theirs = statistics.mean(line[key] for line in lines)
    if size.agreement is not None and abs(ours - theirs) > size.agreement:
        raise WrongEpidemicError(
            f"{ours:.4f} of the people were infected, and {theirs:.4f} with {other}"
        )


def median(lines: Sequence[Line], key: str) -> float:
    """Return the middle value of one figure."""
    return statistics.median(line[key] for line in lines)


def _timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
