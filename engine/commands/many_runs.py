"""What the commands of many runs have in common: their options, and the wait for the runs."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from populace.engine.commands.terminal import ProgressBar, say
from populace.engine.errors import ProjectError

if TYPE_CHECKING:
    from populace.engine.analysis.table import Table
    from populace.engine.scenarios.batch import Batch
    from populace.engine.scenarios.comparison import Row
    from populace.engine.scenarios.result import Result
    from populace.engine.scenarios.stopping import Enough
    from populace.engine.scenarios.study import Study

RUNS, RUNS_AT_MOST = 20, 200  # the second where --within may stop earlier
_COLUMN, _LABEL = 26, 34


def add_many(parser: argparse.ArgumentParser) -> None:
    """Declare how many runs, when they are enough, and what is printed."""
    parser.add_argument(
        "--runs",
        type=int,
        metavar="N",
        help=f"runs of each, with seeds one after the other ({RUNS}; with --within at most "
        f"{RUNS_AT_MOST})",
    )
    parser.add_argument(
        "--within",
        type=float,
        metavar="SHARE",
        help="stop early when the 95 %% interval is so narrow: 0.05 is 5 %% of the mean to each "
        "side; after 20 runs at the earliest",
    )
    parser.add_argument(
        "--outcome",
        default="infections",
        metavar="FIGURE",
        help="the figure whose interval --within means, such as deaths (infections)",
    )
    parser.add_argument(
        "--at-once",
        type=int,
        metavar="N",
        help="at most so many runs at once (as many as cores and memory allow)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON and nothing else"
    )


def rule_of(arguments: argparse.Namespace) -> "Enough | None":
    """Return the rule to stop early, if one is asked for."""
    from populace.engine.scenarios.stopping import LEAST_RUNS, Enough

    if arguments.at_once is not None and arguments.at_once < 1:
        raise ProjectError(f"must be at least 1, not {arguments.at_once}.", place="--at-once")
    if arguments.within is None:
        return None
    if runs_of(arguments) < LEAST_RUNS:
        raise ProjectError(
            f"must be at least {LEAST_RUNS} with --within: fewer runs cannot tell their spread.",
            place="--runs",
        )
    return Enough(arguments.outcome, arguments.within)


def runs_of(arguments: argparse.Namespace) -> int:
    """Return how many runs of each are wanted, at most."""
    if arguments.runs is not None:
        return arguments.runs
    return RUNS if arguments.within is None else RUNS_AT_MOST


def finished(
    study: "Study", arguments: argparse.Namespace
) -> "tuple[dict[str, list[Result]], Batch]":
    """Run what is not kept yet, with progress; Ctrl-C keeps what is finished."""
    from populace.engine.scenarios.store import Store

    batch = waited_for(study.batch(Store(), arguments.at_once), arguments.outcome)
    return study.runs(batch.results), batch


def waited_for(batch: "Batch", outcome: str) -> "Batch":
    """Start runs and wait for their end, with progress; a figure that they lack is an error."""
    from populace.engine.scaling_model import in_words
    from populace.engine.scenarios.study import require_figure

    batch.start()
    bar = ProgressBar()
    checked = False
    try:
        while not batch.join(0.1):
            now = batch.progress
            if not checked and batch.results:
                require_figure(next(iter(batch.results.values())), outcome)
                checked = True
            left = "" if now.seconds_left is None else f", {in_words(now.seconds_left)} left"
            bar(f"{now.finished:,} of {now.runs:,} runs, {now.reused:,} kept{left}", now.share_done)
    finally:
        batch.stop()
        bar.close()
    if not checked:
        require_figure(next(iter(batch.results.values())), outcome)
    return batch


def told(study: "Study", batch: "Batch") -> dict[str, Any]:
    """Return for JSON what was run and what was read."""
    now = batch.progress
    counted = study.counted(batch.results)
    return {
        "runs": counted,
        "computed": now.computed,
        "reused": now.reused,
        "stopped_early": counted < len(study.seeds),
        "narrow_enough": None if study.enough is None else study.satisfied(batch.results),
        "first_seed": study.seeds[0],
        "days": study.models[0].project.days,
    }


def say_runs(study: "Study", batch: "Batch") -> None:
    """Say how many runs there are and where they come from."""
    from populace.engine.scenarios.stopping import unseen_share

    facts = told(study, batch)
    words = ""
    if study.enough and facts["narrow_enough"]:
        words = (
            f" Enough for {study.enough.within:.1%} of {study.enough.figure}; what never happened "
            f"in them may happen in up to {unseen_share(facts['runs']):.0%} of runs."
        )
    elif study.enough:
        words = f" Not enough for {study.enough.within:.1%} of {study.enough.figure}: take more."
    say(
        f"{facts['runs']:,} runs of each for {facts['days']:,} days: {facts['computed']:,} "
        f"computed, {facts['reused']:,} kept from before.{words}"
    )


def say_table(rows: "list[Row]") -> None:
    """Print figures against scenarios; under each what it averts against the first."""
    labels = [cell.scenario for cell in rows[0].cells]
    say(" " * _LABEL + "".join(_cut(label).rjust(_COLUMN) for label in labels))
    for row in rows:
        say(_cut(row.label, _LABEL).ljust(_LABEL) + "".join(_mean(cell) for cell in row.cells))
        if len(labels) > 1:
            change = "".join(_change(cell) for cell in row.cells[1:])
            say(f"  {row.compared}".ljust(_LABEL) + " " * _COLUMN + change)


def _mean(cell: Any) -> str:
    spread = f" ({number(cell.low90)}–{number(cell.high90)})" if cell.runs > 1 else ""
    return f"{number(cell.mean)}{spread}".rjust(_COLUMN)


def _change(cell: Any) -> str:
    change = cell.change
    if change.value != change.value:
        return "–".rjust(_COLUMN)
    if change.low != change.low:
        return f"{number(change.value)} (no interval)".rjust(_COLUMN)
    return f"{number(change.value)} ({number(change.low)}–{number(change.high)})".rjust(_COLUMN)


def number(value: float) -> str:
    """Return a number as people read it: whole from 10 on."""
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2f}"


def _cut(text: str, length: int = _COLUMN - 2) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def write(table: "Table", out: str) -> None:
    """Write a table as CSV or Parquet."""
    from populace.engine.run_output import arrow_table
    from populace.engine.scenarios.catalogue import write_table

    write_table(arrow_table(table), Path(out))


def require_out(out: str | None) -> None:
    """Refuse a file that cannot be written before anything is run."""
    from populace.engine.scenarios.catalogue import require_format

    if out is not None:
        require_format(Path(out))
