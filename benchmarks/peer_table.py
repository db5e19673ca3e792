"""`populace bench peers`: seconds of every simulator on one scenario, ours among them.

A million people, about ten contacts each, 120 days (`peers.py`), each in a process of its own, in
turn, median of three. The shares infected stand beside the times: the simulators do not run quite
the same epidemic, and more infections are more work for ours.
"""

from collections.abc import Sequence

from populace.benchmarks import engine, peers, report
from populace.benchmarks.report import Measure

OURS = {"populace_static": "static", "populace_mixed": "mixed"}
MODELS = (*OURS, *peers.MODELS)
NAMES = tuple(f"{model}_{what}" for model in MODELS for what in ("s", "attack"))


def measures(only: Sequence[str] = NAMES, quick: bool = False) -> list[Measure]:
    """Take the times of the chosen simulators; an absent peer is not measured."""
    size = engine.QUICK if quick else engine.Size()
    wanted = [model for model in MODELS if {f"{model}_s", f"{model}_attack"} & set(only)]
    lines: dict[str, list[engine.Line]] = {model: [] for model in wanted}
    for seed in range(1, size.rounds + 1):
        for model, taken in lines.items():
            if model in OURS:
                taken.append(engine.part(OURS[model], size.people, size.days, seed))
            elif engine.peers_python().exists():
                taken.extend(engine.peer(model, size.people, size.days))
    told = [measure for model, found in lines.items() for measure in _told(model, found)]
    return [measure for measure in told if measure.name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench peers [--json] [--only NAME ...]`; return the exit code."""
    return report.command("peers", NAMES, measures, arguments)


def _told(model: str, lines: Sequence[engine.Line]) -> list[Measure]:
    seconds = engine.median(lines, "seconds") if lines else None
    attack = engine.median(lines, "attack") if lines else None
    return [
        Measure.without_bar(f"{model}_s", seconds, "s"),
        Measure.without_bar(f"{model}_attack", attack, "share infected"),
    ]
