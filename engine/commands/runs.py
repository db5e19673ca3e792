"""populace runs: the catalogue of all runs that are kept."""

import argparse
import json
from pathlib import Path
from typing import Any

from populace.engine.commands.many_runs import number, require_out
from populace.engine.commands.terminal import say

SUMMARY = "list, query and export the runs that ensembles, sweeps and comparisons have kept"
EXAMPLE = (
    'populace runs --sql "SELECT scenario, avg(deaths) FROM runs GROUP BY scenario" --out d.csv'
)
_SHOWN = ("made", "project", "scenario", "seed", "people", "days", "infections", "deaths")
_ROWS_SHOWN, _WIDTH = 200, 28


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--sql",
        metavar="QUESTION",
        help="a SELECT in SQL on the tables runs, figures, quantities and series (all runs)",
    )
    parser.add_argument("--out", metavar="FILE", help="write the answer as .csv or .parquet")
    parser.add_argument(
        "--forget", action="store_true", help="remove all runs that are kept, and say how many"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the answer as JSON and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer the question."""
    from populace.engine.scenarios.catalogue import EVERYTHING, query
    from populace.engine.scenarios.store import Store

    store = Store()
    if arguments.forget:
        count = store.clear()
        say(json.dumps({"removed": count}) if arguments.json else f"{count:,} runs removed.")
        return 0
    require_out(arguments.out)
    answer = query(store, arguments.sql or EVERYTHING)
    if arguments.out:
        answer.write(Path(arguments.out))
    rows = answer.rows()
    if arguments.json:
        say(json.dumps(rows, indent=2, default=str))
        return 0
    columns: list[str] = answer.table.column_names if arguments.sql else [*_SHOWN]
    for line in _lines(columns, rows[:_ROWS_SHOWN]):
        say(line)
    more = f", {_ROWS_SHOWN} shown" if len(rows) > _ROWS_SHOWN else ""
    megabytes = store.size_bytes() / 1e6
    say(f"{len(rows):,} rows{more}. {megabytes:,.1f} MB of runs are kept in {store.folder}.")
    if arguments.out:
        say(f"Written to {arguments.out}")
    return 0


def _lines(columns: list[str], rows: list[dict[str, Any]]) -> list[str]:
    cells = [columns, *([_text(row[name], name) for name in columns] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def _text(value: Any, column: str) -> str:
    if value is None:
        return "–"
    plain = column in ("seed", "key") or not isinstance(value, int | float)
    text = str(value) if plain else number(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
