"""What a benchmark reports: measures against their bars, and the machine they were taken on."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("torch", "numba", "numpy", "panel", "datashader")


@dataclass(frozen=True)
class Measure:
    """One number against its bar.

    ``value`` and ``holds`` are None where the number could not be taken on this machine, which
    is not a failure. ``bar`` reads "<= 10" or ">= 8"; it is empty, and ``holds`` None, where there
    is none.
    """

    name: str
    value: float | None
    unit: str
    bar: str
    holds: bool | None

    @staticmethod
    def at_most(name: str, value: float | None, unit: str, limit: float) -> "Measure":
        """Return a measure that holds while it is no larger than ``limit``."""
        holds = None if value is None else value <= limit
        return Measure(name, _rounded(value), unit, f"<= {limit:g}", holds)

    @staticmethod
    def at_least(name: str, value: float | None, unit: str, limit: float) -> "Measure":
        """Return a measure that holds while it is no smaller than ``limit``."""
        holds = None if value is None else value >= limit
        return Measure(name, _rounded(value), unit, f">= {limit:g}", holds)

    @staticmethod
    def without_bar(name: str, value: float | None, unit: str) -> "Measure":
        """Return a measure that is only told."""
        return Measure(name, _rounded(value), unit, "", None)


def machine() -> dict[str, str | int | float]:
    """Return what the numbers depend on: processor, memory and the versions of the packages."""
    described: dict[str, str | int | float] = {
        "cpu": _processor(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            described[package] = version(package)
        except PackageNotFoundError:
            continue
    return described


def as_json(measures: Sequence[Measure]) -> str:
    """Return the report for other programs."""
    report = {"machine": machine(), "measures": [asdict(measure) for measure in measures]}
    return json.dumps(report, indent=2, allow_nan=False)


def as_table(measures: Sequence[Measure]) -> str:
    """Return the report for people."""
    verdicts = {True: "holds", False: "MISSED", None: "not measured"}
    rows = [("measure", "value", "unit", "bar", "")]
    for measure in measures:
        value = "-" if measure.value is None else f"{measure.value:g}"
        told = measure.value is not None and not measure.bar
        verdict = "" if told else verdicts[measure.holds]
        rows.append((measure.name, value, measure.unit, measure.bar, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{key} {value}" for key, value in machine().items()), ""]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def exit_code(measures: Sequence[Measure]) -> int:
    """Return 1 if a bar is missed; what was not measured is no failure."""
    return int(any(measure.holds is False for measure in measures))


def command(
    bench: str,
    names: Sequence[str],
    measures: Callable[[Sequence[str]], Sequence[Measure]],
    arguments: Sequence[str] | None = None,
) -> int:
    """Run one bench as a command: `[--json] [--only NAME ...]`; return the exit code."""
    parser = argparse.ArgumentParser(
        prog=f"populace bench {bench}", description="Exit code 1 if a bar is missed."
    )
    parser.add_argument("--json", action="store_true", help="print the report for programs")
    parser.add_argument("--only", nargs="+", choices=names, default=list(names), metavar="NAME",
                        help=f"measure these alone: {', '.join(names)}")  # fmt: skip
    chosen = parser.parse_args(arguments)
    taken = measures(chosen.only)
    print(as_json(taken) if chosen.json else as_table(taken))
    return exit_code(taken)


def _rounded(value: float | None) -> float | None:
    """Keep four digits: no measure here is more certain than that."""
    return None if value is None else float(f"{value:.4g}")


def _processor() -> str:
    """Return the processor's model as the system names it."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
